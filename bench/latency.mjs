/**
 * How long a job is on its way, from just before another process pushes it to the first line of its handler, with the
 * worker idle, and with half of its slots busy; how long a push takes; and what a worker costs that waits.
 *
 * Who wakes up is one thing, who pushes another. Workers that read Sidekiq's format are woken by the same bare LPUSH, and
 * so is the floor, a BLMOVE on a socket of Node in the same rounds. Then each gets jobs from its own client.
 */
import { cpus } from "node:os";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds, withNoise } from "./support/rounds.mjs";
import { range, ratio } from "./support/statistics.mjs";
import { probe, Pushers } from "./support/ways.mjs";
import { QUEUES } from "./support/workload.mjs";

const flags = readFlags(
  "Push to perform, and the cost of waiting: tsq, Ruby Sidekiq, BullMQ, bee-queue, and the floor.",
  {
    probes: {
      type: "string",
      text: "jobs whose way is measured, per run and state",
      number: 500,
      quick: 50,
    },
    "warm-up": { type: "string", text: "jobs before that, per run", number: 500, quick: 20 },
    "rest-seconds": { type: "string", text: "how long an idle worker is watched", number: 15, quick: 3 },
  },
);

const CONCURRENCY = 10;
// A job of the load keeps its slot for 5 ms: a thousand of them per second keep five of ten slots.
const HALF_LOAD = { loadPerSecond: 1_000, loadMs: 5 };

/** The floor waits for one job at a time and works on none. */
const FLOOR = "bare";
/** Who reads what a bare LPUSH writes. */
const READS_SIDEKIQ = [FLOOR, "tsq", "sidekiq-8"];
const CONTESTANTS = [...READS_SIDEKIQ, "bullmq", "bee-queue"];

const server = await RedisServer.start();
const machine = await describeMachine(server.client);
const pushers = new Pushers(server.url, flags["warm-up"]);

const contestants = CONTESTANTS.filter(flags.isWanted).map((name) => ({ name, run: () => run(name) }));
const { samples, missing } = await runRounds(contestants, { ...flags, tell });
await pushers.end();
await server.stop();

async function run(name) {
  const peer = await peerNamed(name);
  if (peer.missing) return { missing: peer.missing };
  await server.empty();
  const restSeconds = flags["rest-seconds"];
  const worker = await peer.boot("listen", { redis: server.url, concurrency: CONCURRENCY, restSeconds });
  return withNoise(cpus().length, async () => {
    const serverCpu = await server.cpuMicros();
    try {
      worker.order("go");
      await worker.next("listening");
      const sample = await measure(name, peer, worker);
      const ownCpuMicros =
        (await server.cpuMicros()) - serverCpu + sample.pusherMicros + (await worker.end());
      return { ...sample, ownCpuMicros };
    } finally {
      await worker.end();
    }
  });
}

async function measure(name, peer, worker) {
  const { probes } = flags;
  const bare = READS_SIDEKIQ.includes(name) ? FLOOR : name;
  const first = await pushers.named(bare, bare === name ? peer : await peerNamed(bare));
  const all = [];
  const series = async (pusher, asked) => {
    const measured = await probe(pusher, [worker], asked);
    all.push(measured.pusherMicros);
    return measured;
  };
  // A worker is new for a while: it compiles some hundred jobs long, and looks at what others left behind.
  await series(first.pusher, { probes: pushers.warmUp });
  const idle = await series(first.pusher, { probes });
  const sum = () => all.reduce((total, one) => total + one, 0);
  if (name === FLOOR) return { idle: idle.way, push: idle.push, pusherMicros: sum() };
  // Before the load: what a slow peer has not worked off by then would be no rest.
  const resting = await restOf(worker, flags["rest-seconds"]);
  const own = await pushers.named(name, peer);
  if (!own.isWarm) await series(own.pusher, { probes: pushers.warmUp });
  const whole = bare === name ? idle : await series(own.pusher, { probes });
  const busy = await series(first.pusher, { probes, ...HALF_LOAD });
  return {
    idle: idle.way,
    busy: busy.way,
    whole: whole.way,
    push: whole.push,
    ...resting,
    pusherMicros: sum(),
  };
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
  column(samples.get(name), state).map((ways) => ways?.[figure] ?? Number.NaN);
const middle = (name, state, figure) => range(of(name, state, figure)).median;
const resting = (name, figure) => range(column(samples.get(name), figure)).median;

const waysTable = (state, title, names = CONTESTANTS) => ({
  title,
  columns: ["", "p50 ms", "p90 ms", "p99 ms", "most ms", "p50 × floor", "noise %"],
  rows: names
    .filter((name) => samples.has(name))
    .map((name) => [
      name === FLOOR ? "floor" : name,
      ...["p50", "p90", "p99"].map((figure) => spread(range(of(name, state, figure)))),
      digits(Math.max(...of(name, state, "most"))),
      times(ratio(of(name, state, "p50"), of(FLOOR, state, "p50"))),
      digits(100 * Math.max(...column(samples.get(name), "noise"))),
    ]),
});

const workers = CONTESTANTS.filter((name) => name !== FLOOR);
const goal = (what, wanted, value, unit) => ({ what, wanted, value, unit, isAtMost: true });
const byRound = (figure) =>
  ratio(of("tsq", "idle", figure), of("sidekiq-8", "idle", figure))?.median ?? Number.NaN;

const besideFloor = () => ratio(of("tsq", "idle", "p50"), of(FLOOR, "idle", "p50"))?.median ?? Number.NaN;

print(
  {
    bench: "latency",
    machine,
    settings: {
      probes: flags.probes,
      "warm-up": flags["warm-up"],
      concurrency: CONCURRENCY,
      rounds: flags.rounds,
    },
    tables: [
      waysTable(
        "idle",
        "Wake-up: worker idle, a job every 5 to 15 ms by a bare LPUSH, of BullMQ and bee-queue by their own push; medians of the rounds' quantiles [least…most]",
      ),
      waysTable(
        "push",
        "Pushes alone, until they are answered: the floor's is the bare LPUSH, the others' are their own",
      ),
      waysTable("whole", "Own push to handler, worker idle", workers),
      waysTable(
        "busy",
        "Half of the slots busy with jobs that wait 5 ms, pushed as for the wake-up",
        workers,
      ),
      {
        title: `Waiting: three queues, ${flags["rest-seconds"]} s`,
        columns: ["", "CPU %", "commands/s per queue"],
        rows: workers
          .filter((name) => samples.has(name))
          .map((name) => [
            name,
            digits(resting(name, "idleCpuPercent")),
            digits(resting(name, "idleCommandsPerQueue")),
          ]),
      },
    ],
    goals: [
      goal("p50, idle", 1, middle("tsq", "idle", "p50"), " ms"),
      goal("p50, idle, beside the floor by round", 1.5, besideFloor(), " ×"),
      goal("p99, idle", 5, middle("tsq", "idle", "p99"), " ms"),
      goal("p50, idle, beside Ruby Sidekiq 8 by round", 1, byRound("p50"), " ×"),
      goal("p99, idle, beside Ruby Sidekiq 8 by round", 1, byRound("p99"), " ×"),
      goal("processor of an idle worker", 1, resting("tsq", "idleCpuPercent"), " %"),
      goal("commands of an idle worker, per queue", 5, resting("tsq", "idleCommandsPerQueue"), "/s"),
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
