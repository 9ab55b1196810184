/** tsq as it is used: jobs of defineJob(), a Worker with metrics and heartbeat, and its defaults otherwise. */
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { configure, defineJob, Worker } from "tsq";
import { argsOf, manyQueues, QUEUES } from "../support/workload.mjs";
import { Counter } from "./counter.mjs";
import { Listener } from "./listening.mjs";
import { answer, options, ready, say } from "./protocol.mjs";
import { pushFast, pushInTurn, pushSteadily } from "./pushing.mjs";

const {
  redis,
  jobs: count,
  concurrency,
  isLogging = false,
  isOneOfMany = false,
  waitMs = 0,
  queueCount,
  keep,
} = options;
const queues = (queueCount ? manyQueues(queueCount) : QUEUES).map(({ name, weight }) => `${name},${weight}`);

/** Without logging: a level that no line of a job has. With it: what a Worker does by default. */
const logger = isLogging ? {} : { logger: pino({ level: "fatal" }) };

/** What a Worker keeps by default, unless a bench says otherwise. */
const kept = keep === undefined ? {} : { keep };

const newWorker = (jobs, more = {}) =>
  new Worker({ jobs, redis, queues, concurrency, ...logger, ...kept, ...more });

const drain = async () => {
  const counter = new Counter(count);
  const noOp = async () => counter.count();
  const waiting = async () => {
    await sleep(waitMs);
    counter.count();
  };
  const worker = newWorker([defineJob("HardJob", waitMs ? waiting : noOp)]);
  worker.on("startup", () => counter.start({ isOneOfMany }));
  await ready();
  await worker.start();
};

/** The same of ActiveJob. */
const drainActiveJob = async () => {
  // Here, for a checkout from before it takes part in `against.mjs`.
  const { defineActiveJob } = await import("tsq");
  const counter = new Counter(count);
  const worker = newWorker([defineActiveJob("HardAj", async () => counter.count())]);
  worker.on("startup", () => counter.start());
  await ready();
  await worker.start();
};

const enqueue = async () => {
  configure({ redis });
  const job = defineJob("HardJob", { queue: "default" }, () => {});
  let number = 0;
  await pushFast({
    one: () => job.performAsync(...argsOf(number++)),
    bulk: (size) => job.performBulk(Array.from({ length: size }, () => argsOf(number++))),
  });
};

/** So many jobs in bulk and no more. */
const fill = async () => {
  configure({ redis });
  const job = defineJob("HardJob", { queue: "default" }, () => {});
  await ready();
  await job.performBulk(Array.from({ length: count }, (_, number) => argsOf(number)));
  say("done");
};

const listen = async () => {
  const listener = new Listener();
  const worker = newWorker([
    defineJob("ProbeJob", (_, pushedAt) => {
      listener.arrived(pushedAt);
      return waitMs > 0 ? sleep(waitMs) : undefined;
    }),
    defineJob("LoadJob", (_, ms) => listener.work(ms)),
  ]);
  await ready();
  await worker.start();
  await listener.listen();
};

const pusher = () => {
  configure({ redis });
  const probe = defineJob("ProbeJob", { queue: "critical" }, () => {});
  const load = defineJob("LoadJob", { queue: "default" }, () => {});
  return { probe: (at) => probe.performAsync(at), load: (ms) => load.performAsync(ms) };
};

/** Moves what is due, and runs none of it: its own queue stays empty. */
const promote = async () => {
  const worker = newWorker([], { queues: ["nobody"], pollIntervalAverage: 0.1 });
  await ready();
  await worker.start();
};

/** Runs rounds of jobs as they come, and says after each how much memory the process holds. */
const hold = async () => {
  const bytes = () => say("held", { rssMB: process.memoryUsage.rss() / 2 ** 20 });
  let done = 0;
  const worker = newWorker([
    defineJob("HardJob", async () => {
      if (++done % count === 0) bytes();
    }),
  ]);
  await ready();
  await worker.start();
  bytes();
};

await answer({
  drain,
  drainActiveJob,
  enqueue,
  fill,
  listen,
  push: () => pushSteadily(pusher()),
  pushInTurn: () => pushInTurn(pusher()),
  promote,
  hold,
});
