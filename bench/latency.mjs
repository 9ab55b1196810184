/**
 * How long a job is on its way: from just before another process pushes it to the first line of its handler, with the
 * worker idle, and with half of its slots busy. And what a worker costs that waits.
 */
import { cpus } from "node:os";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell } from "./support/report.mjs";
import { column, runRounds, withNoise } from "./support/rounds.mjs";
import { quantile, range } from "./support/statistics.mjs";
import { QUEUES } from "./support/workload.mjs";

const flags = readFlags("Push to perform, and the cost of waiting: tsq, Ruby Sidekiq, BullMQ.", {
  probes: {
    type: "string",
    text: "jobs whose way is measured, per run and state",
    number: 1_000,
    quick: 100,
  },
  "rest-seconds": { type: "string", text: "how long an idle worker is watched", number: 15, quick: 3 },
});

const CONCURRENCY = 10;
// A job of the load keeps its slot for 5 ms: a thousand of them per second keep five of ten slots.
const HALF_LOAD = { loadPerSecond: 1_000, loadMs: 5 };

/** Who works, and who pushes: Ruby gets its jobs from tsq. */
const CONTESTANTS = [
  ["tsq", "tsq"],
  ["sidekiq-8", "tsq"],
  ["bullmq", "bullmq"],
];

const server = await RedisServer.start();
const machine = await describeMachine(server.client);

const contestants = CONTESTANTS.filter(([name]) => flags.isWanted(name)).map(([name, pusher]) => ({
  name,
  run: () => run(name, pusher),
}));
const { samples, missing } = await runRounds(contestants, { ...flags, tell });
await server.stop();

async function run(name, pusherName) {
  const [peer, pusher] = [await peerNamed(name), await peerNamed(pusherName)];
  if (peer.missing) return { missing: peer.missing };
  await server.empty();
  const restSeconds = flags["rest-seconds"];
  const worker = await peer.boot("listen", { redis: server.url, concurrency: CONCURRENCY, restSeconds });
  return withNoise(cpus().length, async () => {
    const serverCpu = await server.cpuMicros();
    try {
      worker.order("go");
      await worker.next("listening");
      // A worker is new for a while: it compiles, and looks at what others left behind.
      const warmUp = await waysOf(worker, pusher, { probes: Math.ceil(flags.probes / 5) });
      const idle = await waysOf(worker, pusher, { probes: flags.probes });
      // Before the load: what a slow peer has not worked off by then would be no rest.
      const resting = await restOf(worker, restSeconds);
      const busy = await waysOf(worker, pusher, { probes: flags.probes, ...HALF_LOAD });
      const serverMicros = (await server.cpuMicros()) - serverCpu;
      const pusherMicros = warmUp.pusherMicros + idle.pusherMicros + busy.pusherMicros;
      return { idle, busy, ...resting, ownCpuMicros: serverMicros + pusherMicros + (await worker.end()) };
    } finally {
      await worker.end();
    }
  });
}

/** Quantiles in milliseconds of as many pushes as the probes are. */
async function waysOf(worker, pusher, { probes, loadPerSecond = 0, loadMs = 0 }) {
  const client = await pusher.boot("push", { redis: server.url, probes, loadPerSecond, loadMs });
  client.order("go");
  await client.next("done");
  const pusherMicros = await client.end();
  worker.order("collect");
  const { micros } = await worker.next("latencies");
  const at = (share) => quantile(micros, share) / 1_000;
  const most = Math.max(...micros) / 1_000;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), most, arrived: micros.length, pusherMicros };
}

async function restOf(worker, seconds) {
  // What the last job left to do is done by then.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = await server.commands();
  worker.order("rest");
  const { cpuMicros } = await worker.next("rested");
  return {
    idleCpuPercent: cpuMicros / seconds / 1e4,
    idleCommandsPerQueue: ((await server.commands()) - before) / seconds / QUEUES.length,
  };
}

const of = (name, state, figure) =>
  column(samples.get(name), state).map((ways) => ways[figure] ?? Number.NaN);
const middle = (name, state, figure) => range(of(name, state, figure)).median;
const resting = (name, figure) => range(column(samples.get(name), figure)).median;

const waysTable = (state, title) => ({
  title,
  columns: ["", "p50 ms", "p90 ms", "p99 ms", "most ms", "noise %"],
  rows: [...samples].map(([name, runs]) => [
    name,
    spread(range(of(name, state, "p50"))),
    spread(range(of(name, state, "p90"))),
    spread(range(of(name, state, "p99"))),
    digits(Math.max(...of(name, state, "most"))),
    digits(100 * Math.max(...column(runs, "noise"))),
  ]),
});

const goal = (what, wanted, value, unit) => ({ what, wanted, value, unit, isAtMost: true });

print(
  {
    bench: "latency",
    machine,
    settings: { probes: flags.probes, concurrency: CONCURRENCY, rounds: flags.rounds },
    tables: [
      waysTable(
        "idle",
        "Worker idle, one push every 5 to 15 ms; medians of the rounds' quantiles [least…most]",
      ),
      waysTable("busy", "Half of the slots busy with jobs that wait 5 ms"),
      {
        title: `Waiting: three queues, ${flags["rest-seconds"]} s`,
        columns: ["", "CPU %", "commands/s per queue"],
        rows: [...samples.keys()].map((name) => [
          name,
          digits(resting(name, "idleCpuPercent")),
          digits(resting(name, "idleCommandsPerQueue")),
        ]),
      },
    ],
    goals: [
      goal("p50, idle", 1, middle("tsq", "idle", "p50"), " ms"),
      goal("p99, idle", 5, middle("tsq", "idle", "p99"), " ms"),
      goal("processor of an idle worker", 1, resting("tsq", "idleCpuPercent"), " %"),
      goal("commands of an idle worker, per queue", 5, resting("tsq", "idleCommandsPerQueue"), "/s"),
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
