/**
 * What it costs to keep what Sidekiq does not (`keep` of a Worker): one process drains no-op jobs with all of it and
 * with nothing of it in turn, pair after pair, and the figure is the ratio of the two within a pair. `npm run build` first.
 */
import { drain } from "./support/drain.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, tell } from "./support/report.mjs";
import { column, runRounds } from "./support/rounds.mjs";
import { interval, range, ratios } from "./support/statistics.mjs";

const flags = readFlags("Draining with all that a Worker keeps, beside nothing of it.", {
  jobs: { type: "string", text: "jobs per drain", number: 200_000, quick: 12_000 },
});

/** What the interval must not lie wholly beyond. */
const COSTS_AT_MOST = 0.02;

const server = await RedisServer.start();
const machine = await describeMachine(server.client);
const sideOf = (name, more) => ({
  name,
  run: async () => drain(server, await peerNamed("tsq"), { jobs: flags.jobs, concurrency: 50, more }),
});
const { samples } = await runRounds([sideOf("on", {}), sideOf("off", { keep: false })], { ...flags, tell });
await server.stop();

const of = (name, figure) => column(samples.get(name), figure);
const rows = ["rate", "cpuPerJob"].map((figure) => {
  // Of both more than 1 is better for "on".
  const pairs = ratios(of("on", figure), of("off", figure)).map((one) => (figure === "rate" ? one : 1 / one));
  const within = interval(pairs);
  const verdict =
    within === undefined ? "too few pairs" : within.to < 1 - COSTS_AT_MOST ? "COSTS" : "not to be seen";
  return [
    figure,
    digits(range(of("off", figure)).median),
    digits(range(of("on", figure)).median),
    digits(range(pairs).median),
    within === undefined ? "–" : `${digits(within.from)} … ${digits(within.to)}`,
    verdict,
  ];
});

print(
  {
    bench: "keep",
    machine,
    settings: { jobs: flags.jobs, pairs: flags.rounds },
    tables: [
      {
        title:
          "How many times better (above 1) or worse (below 1) it is with all that is kept; 95 % interval",
        columns: ["", "off", "on", "× off", "95 %", ""],
        rows,
      },
    ],
    samples: Object.fromEntries(samples),
  },
  flags,
);
