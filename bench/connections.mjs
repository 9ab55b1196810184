/**
 * What waiting costs by the number of queues and of processes: connections, how long a push takes to its handler, how
 * many script calls one push causes, and commands and processor time at rest. A job that lasts passes the watch over the
 * queues on, which costs more calls than one that is over at once: both are measured. TSQ_WAITING=… forces a way of waiting.
 */
import { cpus } from "node:os";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell } from "./support/report.mjs";
import { column, runRounds, withNoise } from "./support/rounds.mjs";
import { median, range, ratio } from "./support/statistics.mjs";
import { probe, Pushers } from "./support/ways.mjs";
import { manyQueues } from "./support/workload.mjs";

const flags = readFlags(
  "Connections, and the cost of waiting, by processes and queues: tsq in two ways, and Ruby Sidekiq.",
  {
    probes: { type: "string", text: "jobs whose way is measured, per run", number: 300, quick: 40 },
    "rest-seconds": { type: "string", text: "how long idle workers are watched", number: 5, quick: 2 },
    processes: { type: "string", text: "numbers of processes (default 1,5,20; 1,2 with --quick)" },
    "job-ms": { type: "string", text: "how long jobs of tsq last, by commas (default 0,50)" },
    queues: { type: "string", text: "numbers of queues (default 3,16,100,500; 3,16 with --quick)" },
  },
);

const CONCURRENCY = 10;
// Up to so many queues a hybrid waits as by pads (way.ts).
const FEW = 4;
// What twenty processes with a connection per queue need, if the machine lets a server have so many.
const MANY_CONNECTIONS = 20_000;

const numbers = (text, usual, quick) =>
  (text ?? (flags.quick ? quick : usual)).split(",").map((word) => Number(word));
const sizes = numbers(flags.queues, "3,16,100,500", "3,16").flatMap((queueCount) =>
  numbers(flags.processes, "1,5,20", "1,2").map((processes) => ({ queueCount, processes })),
);
const lengths = numbers(flags["job-ms"], "0,50", "0,50");

const server = await RedisServer.start();
const machine = await describeMachine(server.client);
// As many as the limit of open files allows.
await server.client.config("SET", "maxclients", MANY_CONNECTIONS).catch(() => {});
const pushers = new Pushers(server.url, 50);

const PADS = "tsq";
const TOLD = "tsq-hybrid";
const RUBY = "sidekiq-8";
const nameOf = (peer, { processes, queueCount }, jobMs) =>
  `${peer}, ${processes} × ${queueCount} queues${jobMs > 0 ? `, jobs of ${jobMs} ms` : ""}`;
const contestants = [PADS, TOLD, RUBY]
  .flatMap((peer) =>
    lengths
      // Its jobs end at once.
      .filter((jobMs) => jobMs === 0 || peer !== RUBY)
      .flatMap((jobMs) => sizes.map((size) => ({ name: nameOf(peer, size, jobMs), peer, jobMs, ...size }))),
  )
  .filter((one) => flags.isWanted(one.name));
const { samples, missing } = await runRounds(
  contestants.map((one) => ({ name: one.name, run: () => run(one) })),
  { ...flags, tell },
);
await pushers.end();
await server.stop();

async function run({ peer: name, queueCount, processes, jobMs }) {
  const peer = await peerNamed(name);
  if (peer.missing) return { missing: peer.missing };
  const { pusher } = await pushers.named("bare", await peerNamed("bare"));
  await server.empty();
  const before = await server.connections();
  const options = {
    redis: server.url,
    concurrency: CONCURRENCY,
    restSeconds: flags["rest-seconds"],
    waitMs: jobMs,
    queueCount,
  };
  const workers = await Promise.all(Array.from({ length: processes }, () => peer.boot("listen", options)));
  try {
    return await withNoise(cpus().length, () => measure(workers, pusher, { queueCount, before, jobMs }));
  } catch (error) {
    return { missing: error.message.split("\n")[0] };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

async function measure(workers, pusher, { queueCount, before, jobMs }) {
  const processes = workers.length;
  for (const worker of workers) worker.order("go");
  await Promise.all(workers.map((worker) => worker.next("listening")));
  const queues = manyQueues(queueCount).map(({ name }) => name);
  // Twenty processes on two cores: each push wakes some, and they must be asleep again.
  const gapMs = processes > 2 ? 40 : 10;
  const warm = await probe(pusher, workers, { probes: pushers.warmUp, gapMs, queues });
  const connections = ((await server.connections()) - before) / processes;
  const callsBefore = await server.callsOf("evalsha", "eval");
  const cpuBefore = await server.cpuMicros();
  // Of those that last fewer, each when the one before is over.
  const asked =
    jobMs > 0
      ? { probes: Math.ceil(flags.probes / 3), gapMs: Math.max(gapMs, 3 * jobMs) }
      : { probes: flags.probes, gapMs };
  const { way, push, pusherMicros } = await probe(pusher, workers, { ...asked, queues });
  const calls = (await server.callsOf("evalsha", "eval")) - callsBefore;
  const serverMicros = (await server.cpuMicros()) - cpuBefore;
  // The length of jobs is nothing to who rests.
  const resting = jobMs > 0 ? { cpuMicros: 0 } : await restOf(workers);
  const ownCpuMicros = serverMicros + warm.pusherMicros + pusherMicros + resting.cpuMicros;
  return {
    ...resting,
    connections,
    p50: way.p50,
    p99: way.p99,
    roundTrip: push.p50,
    arrived: way.count / asked.probes,
    calls: calls / asked.probes,
    serverMicros: serverMicros / asked.probes,
    ownCpuMicros,
  };
}

async function restOf(workers) {
  const seconds = flags["rest-seconds"];
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = await server.commands();
  for (const worker of workers) worker.order("rest");
  const rested = await Promise.all(workers.map((worker) => worker.next("rested")));
  const cpuMicros = rested.reduce((sum, one) => sum + one.cpuMicros, 0);
  return {
    cpuMicros,
    idleCpuPercent: cpuMicros / seconds / 1e4 / workers.length,
    idleCommands: ((await server.commands()) - before) / seconds / workers.length,
  };
}

const COLUMNS = [
  ["connections per process", "connections"],
  ["idle p50 ms", "p50"],
  ["p99 ms", "p99"],
  ["script calls per push", "calls"],
  ["Redis µs per push", "serverMicros"],
  ["at rest: commands/s per process", "idleCommands"],
  ["CPU % per process", "idleCpuPercent"],
];
const of = (name, figure) => range(column(samples.get(name), figure));

/** The worst of those that are told, since each is a promise. */
const ofTold = (isWanted) =>
  contestants.filter((one) => one.peer === TOLD && isWanted(one) && samples.has(one.name));
const most = (values) => (values.length === 0 ? Number.NaN : Math.max(...values));
const worst = (figure, isWanted = ({ jobMs }) => jobMs === 0) =>
  most(ofTold(isWanted).map(({ name }) => of(name, figure).median));

/** Of jobs that end at once, by round: beside pads, and in round trips, as the pushes of the same run took them. */
const pairs = (isWanted) =>
  ofTold((one) => one.jobMs === 0 && isWanted(one))
    .map((one) => [samples.get(one.name), samples.get(nameOf(PADS, one, 0))])
    .filter(([, pads]) => pads !== undefined);
const timesPads = () =>
  most(
    pairs(({ queueCount }) => queueCount <= FEW).map(
      ([told, pads]) => ratio(column(told, "p50"), column(pads, "p50"))?.median ?? Number.NaN,
    ),
  );
const roundTripsMore = () =>
  most(
    pairs(({ queueCount }) => queueCount > FEW).map(([told, pads]) =>
      median(told.map((one, round) => (one.p50 - pads[round].p50) / one.roundTrip)),
    ),
  );
const goal = (what, wanted, value, unit = "") => ({ what, wanted, value, unit, isAtMost: true });

print(
  {
    bench: "connections",
    machine,
    settings: {
      waiting: process.env.TSQ_WAITING ?? "as it chooses",
      probes: flags.probes,
      "job ms": lengths.join(" and "),
      concurrency: CONCURRENCY,
      rounds: flags.rounds,
    },
    tables: [
      {
        title:
          "Workers idle, one push at a time by a bare LPUSH to a queue at random; medians of the rounds [least…most]",
        columns: ["", ...COLUMNS.map(([title]) => title), "arrived", "noise %"],
        rows: [...samples.keys()].map((name) => [
          name,
          ...COLUMNS.map(([, figure]) => spread(of(name, figure))),
          digits(of(name, "arrived").median),
          digits(100 * of(name, "noise").max),
        ]),
      },
    ],
    goals: [
      goal("connections, whatever the number of queues", 8, worst("connections")),
      goal(
        "script calls per push, 20 processes",
        2.2,
        worst("calls", ({ processes, jobMs }) => processes === 20 && jobMs === 0),
      ),
      // Fetch, bell, the lease of who is called, acknowledgement; and the same of a deputy that was called in between.
      goal(
        "script calls per push of jobs that last",
        5,
        worst("calls", ({ jobMs }) => jobMs > 0),
      ),
      goal(`p50 beside pads by round, up to ${FEW} queues`, 1.1, timesPads(), " ×"),
      goal(`p50 above that of pads, more than ${FEW} queues`, 1, roundTripsMore(), " round trips"),
      goal("commands of a process at rest", 6, worst("idleCommands"), "/s"),
      goal("processor of a process at rest", 0.3, worst("idleCpuPercent"), " %"),
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
