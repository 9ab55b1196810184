/**
 * How fast one process drains no-op jobs from three weighted queues on one Redis, beside its peers.
 * `npm run build` first; README.md says how to read it.
 */
import { drain } from "./support/drain.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { peerNamed } from "./support/peers.mjs";
import { drainPrototype } from "./support/prototype.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds } from "./support/rounds.mjs";
import { range, ratio } from "./support/statistics.mjs";

const flags = readFlags("Drains no-op jobs: tsq, Ruby Sidekiq, BullMQ, bee-queue.", {
  jobs: { type: "string", text: "jobs per run", number: 200_000, quick: 12_000 },
  "peer-jobs": {
    type: "string",
    text: "jobs per run of the others, if fewer will do",
    number: 200_000,
    quick: 4_000,
  },
  prototype: { type: "string", text: "folder of the prototype, to run it in the same rounds" },
});

/** Ruby's best concurrency is 10: more threads wait for one lock. */
const CONTESTANTS = [
  ["tsq", 50],
  ["tsq", 10],
  ["tsq", 50, "logging"],
  ["tsq", 10, "logging"],
  ["sidekiq-8", 10],
  ["sidekiq-8", 10, "logging"],
  ["sidekiq-7", 10],
  ["sidekiq-7", 10, "logging"],
  ["bullmq", 50],
  ["bullmq", 10],
  ["bee-queue", 50],
  ["bee-queue", 10],
].map(([peer, concurrency, logging]) => ({
  peer,
  concurrency,
  isLogging: logging !== undefined,
  name: `${peer} c=${concurrency}${logging ? ", logging" : ""}`,
}));

const server = await RedisServer.start();
const machine = await describeMachine(server.client);

const contestants = CONTESTANTS.map(({ name, peer, concurrency, isLogging }) => ({
  name,
  run: async () => {
    const jobs = peer === "tsq" ? flags.jobs : flags["peer-jobs"];
    return drain(server, await peerNamed(peer), { jobs, concurrency, isLogging });
  },
}));
if (flags.prototype) {
  for (const concurrency of [50, 10]) {
    contestants.push({
      name: `prototype c=${concurrency}`,
      run: () => drainPrototype(server, flags.prototype, { jobs: flags.jobs, concurrency }),
    });
  }
}

const wanted = contestants.filter(({ name }) => flags.isWanted(name));
const { samples, missing } = await runRounds(wanted, { ...flags, tell });
await server.stop();

const of = (name, field = "rate") => column(samples.get(name), field);
/** The better of a peer's concurrencies, by its median. */
const best = (...names) =>
  names.map((name) => of(name)).toSorted((a, b) => range(b).median - range(a).median)[0];

const rows = [...samples].map(([name, runs]) => {
  const median = (field) => digits(range(column(runs, field)).median);
  return [
    name,
    spread(range(column(runs, name.startsWith("prototype") ? "steadyRate" : "rate"))),
    median("steadyRate"),
    times(ratio(of(name), of(name.includes("logging") ? "sidekiq-8 c=10, logging" : "sidekiq-8 c=10"))),
    median("cpuPerJob"),
    median("serverCpuPerJob"),
    median("commandsPerJob"),
    median("rssMB"),
    digits(100 * Math.max(...column(runs, "noise"))),
  ];
});

const goal = (what, least, ours, theirs) => ({
  what,
  wanted: least,
  unit: " ×",
  value: ratio(ours, theirs)?.median,
});
const logged = ", logging";

print(
  {
    bench: "throughput",
    machine,
    settings: { jobs: flags.jobs, "peer jobs": flags["peer-jobs"], rounds: flags.rounds },
    tables: [
      {
        title:
          "Jobs per second from start to last job, median [least…most]; steady is without the first quarter",
        columns: [
          "",
          "jobs/s",
          "steady",
          "× Sidekiq 8, same logging",
          "CPU µs/job",
          "Redis µs/job",
          "cmds/job",
          "RSS MB",
          "noise %",
        ],
        rows,
      },
    ],
    goals: [
      goal("c=50 beside Ruby Sidekiq 8 at c=10, no logging", 8, of("tsq c=50"), of("sidekiq-8 c=10")),
      goal("the same, beyond", 12, of("tsq c=50"), of("sidekiq-8 c=10")),
      goal(
        "c=50 beside Ruby Sidekiq 8 at c=10, both logging",
        8,
        of(`tsq c=50${logged}`),
        of(`sidekiq-8 c=10${logged}`),
      ),
      goal("c=50 beside BullMQ's best", 7, of("tsq c=50"), best("bullmq c=50", "bullmq c=10")),
      goal("c=50 beside bee-queue's best", 5, of("tsq c=50"), best("bee-queue c=50", "bee-queue c=10")),
      goal("c=10 beside Ruby Sidekiq 8 at c=10", 3.5, of("tsq c=10"), of("sidekiq-8 c=10")),
      ...(flags.prototype
        ? [
            goal(
              "c=50 steady beside the prototype",
              0.6,
              of("tsq c=50", "steadyRate"),
              of("prototype c=50", "steadyRate"),
            ),
          ]
        : []),
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
