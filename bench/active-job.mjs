/**
 * How fast one process drains no-op jobs that Rails' adapter has enqueued, their arguments decoded, beside Ruby's ActiveJob
 * on Sidekiq 8. `npm run build` first; README.md says how to read it.
 */
import { drain } from "./support/drain.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds } from "./support/rounds.mjs";
import { range, ratio } from "./support/statistics.mjs";
import { activeJobPayloadOf, fillQueues } from "./support/workload.mjs";

const flags = readFlags("Drains jobs of ActiveJob: tsq, Ruby's ActiveJob on Sidekiq.", {
  jobs: { type: "string", text: "jobs per run", number: 200_000, quick: 12_000 },
  "peer-jobs": { type: "string", text: "jobs per run of Ruby", number: 20_000, quick: 2_000 },
});

const server = await RedisServer.start();
const machine = await describeMachine(server.client);

const fill = (to, jobs) => fillQueues(to.client, jobs, activeJobPayloadOf);
const contestant = (peerName, concurrency, logging, mode = "drainActiveJob") => ({
  name: `${peerName} c=${concurrency}${logging ? ", logging" : ""}${mode === "drain" ? ", plain jobs" : ""}`,
  run: async () => {
    const peer = await peerNamed(peerName);
    const jobs = peerName === "tsq" ? flags.jobs : flags["peer-jobs"];
    const how = { jobs, concurrency, isLogging: logging, mode };
    return drain(server, peer, mode === "drain" ? how : { ...how, fill });
  },
});

const contestants = [
  contestant("tsq", 50, false),
  contestant("tsq", 10, false),
  contestant("tsq", 50, true),
  contestant("tsq", 50, false, "drain"),
  contestant("sidekiq-8", 10, false),
  contestant("sidekiq-8", 10, true),
].filter(({ name }) => flags.isWanted(name));
const { samples, missing } = await runRounds(contestants, { ...flags, tell });
await server.stop();

const of = (name, field = "rate") => column(samples.get(name), field);
const ruby = (name) => of(name.includes("logging") ? "sidekiq-8 c=10, logging" : "sidekiq-8 c=10");

const rows = [...samples].map(([name, runs]) => {
  const median = (field) => digits(range(column(runs, field)).median);
  return [
    name,
    spread(range(column(runs, "rate"))),
    median("steadyRate"),
    times(ratio(of(name), ruby(name))),
    median("cpuPerJob"),
    median("serverCpuPerJob"),
    median("rssMB"),
    digits(100 * Math.max(...column(runs, "noise"))),
  ];
});

const goal = (what, ours) => ({ what, wanted: 8, unit: " ×", value: ratio(of(ours), ruby(ours))?.median });

print(
  {
    bench: "active-job",
    machine,
    settings: { jobs: flags.jobs, "peer jobs": flags["peer-jobs"], rounds: flags.rounds },
    tables: [
      {
        title:
          "Jobs of ActiveJob per second from start to last job, median [least…most]; steady is without the first quarter",
        columns: [
          "",
          "jobs/s",
          "steady",
          "× Sidekiq 8, same logging",
          "CPU µs/job",
          "Redis µs/job",
          "RSS MB",
          "noise %",
        ],
        rows,
      },
    ],
    goals: [
      goal("c=50 beside Ruby's ActiveJob on Sidekiq 8 at c=10, no logging", "tsq c=50"),
      goal("the same, both logging", "tsq c=50, logging"),
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
