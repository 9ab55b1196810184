/** What more processes, a second Redis, and a slower network do to throughput. */
import { fileURLToPath } from "node:url";
import { drain } from "./support/drain.mjs";
import { readFlags } from "./support/flags.mjs";
import { drainTogether } from "./support/fleet.mjs";
import { describeMachine } from "./support/machine.mjs";
import { Peer } from "./support/peer.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds } from "./support/rounds.mjs";
import { median, range, ratio } from "./support/statistics.mjs";

const flags = readFlags("Processes, shards and network delay: tsq, and Ruby Sidekiq for the delays.", {
  jobs: { type: "string", text: "no-op jobs per run", number: 200_000, quick: 6_000 },
  "slow-jobs": {
    type: "string",
    text: "jobs per run that wait or come over a slow network",
    number: 100_000,
    quick: 3_000,
  },
});

const CONCURRENCY = 50;
const WAIT_MS = 5;
const DELAYS_MS = [0, 1, 5];
const PROXY = { name: "delay-proxy", command: process.execPath };
PROXY.args = [fileURLToPath(new URL("support/delay-proxy.mjs", import.meta.url))];

const servers = [await RedisServer.start(), await RedisServer.start()];
const [server] = servers;
const machine = await describeMachine(server.client);

/** No-op jobs use up a machine of few cores with one process; jobs that wait, as most do, scale with their slots. */
const FLEETS = [
  { processes: 1, shards: 1 },
  { processes: 2, shards: 1 },
  { processes: 4, shards: 1 },
  { processes: 2, shards: 2 },
  { processes: 4, shards: 2 },
].flatMap((fleet) => [
  { ...fleet, waitMs: 0 },
  { ...fleet, waitMs: WAIT_MS },
]);

const nameOf = ({ processes, shards, waitMs }) =>
  `${processes} process${processes > 1 ? "es" : ""}, ${shards} Redis, ${waitMs ? `${waitMs} ms jobs` : "no-op"}`;
const delayedName = (peer, delayMs) => `${peer}, +${delayMs} ms`;

const fleets = FLEETS.map((fleet) => ({
  name: nameOf(fleet),
  run: async () =>
    drainTogether(servers.slice(0, fleet.shards), await peerNamed("tsq"), {
      ...fleet,
      jobs: fleet.waitMs ? flags["slow-jobs"] : flags.jobs,
      concurrency: CONCURRENCY,
    }),
}));

const delayed = DELAYS_MS.flatMap((delayMs) =>
  ["tsq", "sidekiq-8"].map((peer) => ({
    name: delayedName(peer, delayMs),
    run: () => drainFarAway(peer, delayMs),
  })),
);

const wanted = [...fleets, ...delayed].filter(({ name }) => flags.isWanted(name));
const { samples, missing } = await runRounds(wanted, { ...flags, tell });
await Promise.all(servers.map((each) => each.stop()));

async function drainFarAway(name, delayMs) {
  const proxy = await Peer.boot(PROXY, "proxy", { port: server.port, delayMs });
  try {
    const redis = `redis://127.0.0.1:${proxy.booted.port}/0`;
    const sample = await drain(server, await peerNamed(name), {
      jobs: flags["slow-jobs"],
      concurrency: CONCURRENCY,
      redis,
    });
    return { ...sample, roundTripMs: await roundTripMs(redis) };
  } finally {
    await proxy.end();
  }
}

/** What the network really is, at rest. */
async function roundTripMs(redis) {
  const client = server.client.duplicate({ port: Number(new URL(redis).port) });
  const trips = [];
  for (let i = 0; i < 200; i++) {
    const sentAt = performance.now();
    await client.ping();
    trips.push(performance.now() - sentAt);
  }
  client.disconnect();
  return median(trips);
}

const of = (name, field = "rate") => column(samples.get(name), field);
const middle = (name, field) => digits(range(of(name, field)).median);
const loudest = (name) => digits(100 * Math.max(...of(name, "noise")));

const single = (waitMs) => of(nameOf({ processes: 1, shards: 1, waitMs }));

print(
  {
    bench: "scale",
    machine,
    settings: {
      jobs: flags.jobs,
      "slow jobs": flags["slow-jobs"],
      concurrency: CONCURRENCY,
      rounds: flags.rounds,
    },
    tables: [
      {
        title: `tsq c=${CONCURRENCY} per process: jobs per second, median [least…most]`,
        columns: ["", "jobs/s", "× one process", "least share", "CPU µs/job", "Redis µs/job", "noise %"],
        rows: FLEETS.map((fleet) => [nameOf(fleet), fleet.waitMs])
          .filter(([name]) => samples.has(name))
          .map(([name, waitMs]) => [
            name,
            spread(range(of(name))),
            times(ratio(of(name), single(waitMs))),
            middle(name, "leastShare"),
            middle(name, "cpuPerJob"),
            middle(name, "serverCpuPerJob"),
            loudest(name),
          ]),
      },
      {
        title: `Round trips made longer, one process, c=${CONCURRENCY}`,
        columns: ["", "round trip ms", "jobs/s", "tsq is", "noise %"],
        rows: DELAYS_MS.flatMap((delayMs) =>
          ["tsq", "sidekiq-8"].map((peer) => [delayedName(peer, delayMs), delayedName("tsq", delayMs)]),
        )
          .filter(([name]) => samples.has(name))
          .map(([name, ours]) => [
            name,
            middle(name, "roundTripMs"),
            spread(range(of(name))),
            times(ratio(of(ours), of(name))),
            loudest(name),
          ]),
      },
    ],
    goals: [
      {
        what: "with 1 ms more per round trip, beside Ruby Sidekiq 8 with the same",
        wanted: 3,
        unit: " ×",
        value: ratio(of(delayedName("tsq", 1)), of(delayedName("sidekiq-8", 1)))?.median,
      },
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
