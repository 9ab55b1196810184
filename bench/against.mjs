/**
 * Is this checkout slower than another one? Both run the same benches in turn, pair after pair, and each figure is
 * the ratio of the two within a pair. `npm run build` in both first, then
 *
 *   git worktree add ../before COMMIT && (cd ../before && npm ci && npm run build)
 *   node bench/against.mjs --base ../before
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { drain } from "./support/drain.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { probeIdle, promoteAll, pushAll } from "./support/one-peer.mjs";
import { Peer } from "./support/peer.mjs";
import { fillQueues } from "./support/workload.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, tell } from "./support/report.mjs";
import { column, runRounds, withNoise } from "./support/rounds.mjs";
import { interval, range, ratios } from "./support/statistics.mjs";

const flags = readFlags("This checkout beside another one, pair by pair.", {
  base: { type: "string", text: "folder of the other checkout, built" },
  jobs: { type: "string", text: "jobs per drain", number: 200_000, quick: 12_000 },
  seconds: { type: "string", text: "how long each way of pushing runs", number: 1, quick: 0.2 },
  probes: { type: "string", text: "pushes whose way to the handler is measured", number: 500, quick: 50 },
  due: { type: "string", text: "due jobs to promote", number: 50_000, quick: 2_000 },
});

/** What 95 % of the interval must not lie wholly beyond, for a figure to be called worse. */
const WORSE_BY = 0.03;

const base = resolve(flags.base ?? ".");
if (!flags.base || !existsSync(join(base, "packages/tsq/dist/index.js"))) {
  console.error("Expected --base to be the folder of another checkout that is built, see --help.");
  process.exit(2);
}
// The same harness in both: what runs in the other checkout is its packages, not its benches.
const copy = mkdtempSync(join(base, "bench-against-"));
process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const folder of ["compare", "support"])
  cpSync(join(import.meta.dirname, folder), join(copy, folder), {
    recursive: true,
    filter: (source) => !source.includes("node_modules"),
  });

const sideIn = (folder) => ({
  boot: (mode, options, out) =>
    Peer.boot(
      { name: "tsq", command: process.execPath, args: [join(folder, "compare/tsq.mjs")] },
      mode,
      options,
      out,
    ),
  fill: (server, jobs) => fillQueues(server.client, jobs),
});
const SIDES = [
  { side: "after", ...sideIn(import.meta.dirname) },
  { side: "before", ...sideIn(copy) },
];

const server = await RedisServer.start();
const machine = await describeMachine(server.client);

/** Each way to run a side, and the figures of its sample; of those with `isLess` less is better. */
const BENCHES = {
  "drain c=50": [(peer) => drain(server, peer, { jobs: flags.jobs, concurrency: 50 }), ["rate", "cpuPerJob"]],
  "drain c=10": [(peer) => drain(server, peer, { jobs: flags.jobs, concurrency: 10 }), ["rate", "cpuPerJob"]],
  "drain c=50, logging": [
    (peer) => drain(server, peer, { jobs: flags.jobs, concurrency: 50, isLogging: true }),
    ["rate", "cpuPerJob"],
  ],
  enqueue: [(peer) => pushAll(server, peer, flags.seconds), ["single", "concurrent", "bulk", "bigBulk"]],
  latency: [(peer) => probeIdle(server, peer, flags.probes), ["p50", "p99"]],
  promote: [(peer) => promoteAll(server, peer, flags.due), ["rate"]],
};
const isLess = (figure) => ["cpuPerJob", "p50", "p99"].includes(figure);

const rows = [];
const all = {};
for (const [bench, [run, figures]] of Object.entries(BENCHES)) {
  if (!flags.isWanted(bench)) continue;
  const contestants = SIDES.map((peer) => ({
    name: `${bench}: ${peer.side}`,
    run: () => withNoise(cpus().length, () => run(peer)),
  }));
  const { samples } = await runRounds(contestants, { ...flags, tell });
  all[bench] = Object.fromEntries(samples);
  const of = (name, figure) => column(samples.get(`${bench}: ${name}`), figure);
  for (const figure of figures) {
    const pairs = ratios(of("after", figure), of("before", figure)).map((one) =>
      isLess(figure) ? 1 / one : one,
    );
    rows.push(rowOf(bench, figure, of("after", figure), of("before", figure), pairs));
  }
}
await server.stop();

function rowOf(bench, figure, after, before, pairs) {
  const within = interval(pairs);
  const verdict =
    within === undefined
      ? "too few pairs"
      : within.to < 1 - WORSE_BY
        ? "WORSE"
        : within.from > 1 + WORSE_BY
          ? "better"
          : "as before";
  return [
    `${bench}: ${figure}`,
    digits(range(before).median),
    digits(range(after).median),
    digits(range(pairs).median),
    within === undefined ? "–" : `${digits(within.from)} … ${digits(within.to)}`,
    verdict,
  ];
}

print(
  {
    bench: "against",
    machine,
    settings: { jobs: flags.jobs, pairs: flags.rounds },
    tables: [
      {
        title: `How many times better (above 1) or worse (below 1) this checkout is; 95 % interval of the median of the pairs' ratios`,
        columns: ["", "before", "after", "× before", "95 %", ""],
        rows,
      },
    ],
    samples: all,
  },
  flags,
);
