/**
 * How fast jobs that are due go from the schedule to their queues, and for how long a call of it keeps Redis from
 * serving others. A worker promotes whose own queue is empty, so that nothing is run meanwhile.
 */
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds, withNoise } from "./support/rounds.mjs";
import { range, ratio } from "./support/statistics.mjs";
import { fillSchedule, QUEUES } from "./support/workload.mjs";

const flags = readFlags("Promotes due jobs: tsq, Ruby Sidekiq.", {
  jobs: { type: "string", text: "due jobs", number: 100_000, quick: 5_000 },
  "peer-jobs": { type: "string", text: "due jobs for Ruby, if fewer will do", number: 100_000, quick: 2_000 },
});

/** A command that takes longer goes into the slow log. */
const SLOW_MICROS = 200;
const SLOW_KEPT = 100_000;
// More often, and the looks take Redis' processor from it in the middle of a script.
const LOOK_EVERY_MS = 10;

const server = await RedisServer.start();
const machine = await describeMachine(server.client);

const contestants = [
  { name: "tsq", run: () => promote("tsq", flags.jobs, fromOutside) },
  { name: "sidekiq-8", run: () => promote("sidekiq-8", flags["peer-jobs"], (peer) => peer.next("done")) },
].filter(({ name }) => flags.isWanted(name));
const { samples, missing } = await runRounds(contestants, { ...flags, tell });
await server.stop();

async function promote(name, jobs, promoted) {
  const peer = await peerNamed(name);
  if (peer.missing) return { missing: peer.missing };
  await server.empty();
  await fillSchedule(server.client, jobs, Date.now() / 1_000);
  const poller = await peer.boot("promote", { redis: server.url, concurrency: 1 });
  await watchScripts();
  return withNoise(cpus().length, async () => {
    try {
      const before = await server.cpuMicros();
      poller.order("go");
      const { seconds } = await promoted(poller, jobs);
      await everyJobIsQueued(jobs);
      const serverMicros = (await server.cpuMicros()) - before;
      const scripts = await longestScript();
      const cpuMicros = await poller.end();
      return {
        rate: jobs / seconds,
        cpuPerJob: cpuMicros / jobs,
        serverCpuPerJob: serverMicros / jobs,
        ...scripts,
        ownCpuMicros: serverMicros + cpuMicros,
      };
    } finally {
      await poller.end();
    }
  });
}

/** A poller says nothing when it is done: the schedule is watched, from when it begins to shrink until it is empty. */
async function fromOutside(_, jobs) {
  let startedAt;
  for (;;) {
    const left = await server.client.zcard("schedule");
    const at = performance.now();
    if (left === jobs) startedAt = at;
    if (left === 0) return { seconds: (at - startedAt) / 1_000 };
    await sleep(LOOK_EVERY_MS);
  }
}

async function everyJobIsQueued(jobs) {
  const lengths = await Promise.all(QUEUES.map(({ name }) => server.client.llen(`queue:${name}`)));
  const queued = lengths.reduce((sum, length) => sum + length, 0);
  if (queued !== jobs) throw new Error(`Expected ${jobs} jobs on the queues, found ${queued}.`);
}

async function watchScripts() {
  await server.client.config("SET", "slowlog-log-slower-than", SLOW_MICROS, "slowlog-max-len", SLOW_KEPT);
  await server.client.slowlog("RESET");
  await server.client.config("RESETSTAT");
}

/** In milliseconds. Microseconds spent in a command, the wait for its turn not counted. */
async function longestScript() {
  const slow = await server.client.slowlog("GET", SLOW_KEPT);
  const scripts = slow.filter(([, , , [command]]) => /^eval/i.test(command)).map(([, , micros]) => micros);
  const info = await server.client.info("commandstats");
  const perCall = /^cmdstat_evalsha:.*usec_per_call=([\d.]+)/m.exec(info)?.[1];
  const longest = Math.max(0, ...scripts);
  return { longestScriptMs: (longest || SLOW_MICROS) / 1_000, scriptMs: Number(perCall) / 1_000 };
}

const of = (name, field) => column(samples.get(name), field);

print(
  {
    bench: "promote",
    machine,
    settings: { "due jobs": flags.jobs, "for Ruby": flags["peer-jobs"], rounds: flags.rounds },
    tables: [
      {
        title: "From the schedule to three queues, median [least…most]",
        columns: [
          "",
          "jobs/s",
          "× Sidekiq 8",
          "CPU µs/job",
          "Redis µs/job",
          "script ms",
          "longest script ms",
          "noise %",
        ],
        rows: [...samples].map(([name, runs]) => [
          name,
          spread(range(column(runs, "rate"))),
          times(ratio(of(name, "rate"), of("sidekiq-8", "rate"))),
          digits(range(column(runs, "cpuPerJob")).median),
          digits(range(column(runs, "serverCpuPerJob")).median),
          digits(range(column(runs, "scriptMs")).median),
          spread(range(column(runs, "longestScriptMs"))),
          digits(100 * Math.max(...column(runs, "noise"))),
        ]),
      },
    ],
    goals: [
      { what: "due jobs promoted per second", wanted: 50_000, value: range(of("tsq", "rate")).median },
      {
        // Of the rounds' longest the middle one: where others work too, Redis may be put aside in the middle of any.
        what: "longest call of a script",
        wanted: 5,
        unit: " ms",
        value: range(of("tsq", "longestScriptMs")).median,
        isAtMost: true,
      },
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
