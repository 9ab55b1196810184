/** bee-queue with nothing kept and no events sent, which is its fastest. One queue: it has no weights either. */
import BeeQueue from "bee-queue";
import { argsOf } from "../support/workload.mjs";
import { Counter } from "./counter.mjs";
import { Listener } from "./listening.mjs";
import { answer, options, ready, say } from "./protocol.mjs";
import { pushFast, pushInTurn } from "./pushing.mjs";

const { redis, jobs: count, concurrency } = options;
const { hostname, port } = new URL(redis);
const AT_ONCE = 1_000;

const newQueue = async (isWorker) => {
  const queue = new BeeQueue("bench", {
    redis: { host: hostname, port: Number(port) },
    isWorker,
    getEvents: false,
    sendEvents: false,
    storeJobs: false,
    removeOnSuccess: true,
  });
  await queue.ready();
  return queue;
};

/** A Map of failures comes back, and nothing throws. */
const save = async (queue, jobs) => {
  const failures = await queue.saveAll(jobs);
  if (failures.size > 0) throw [...failures.values()][0];
};

const bulkOf = (queue, size, from) =>
  Array.from({ length: size }, (_, i) => queue.createJob(argsOf(from + i)));

const fill = async () => {
  const queue = await newQueue(false);
  await ready();
  for (let from = 0; from < count; from += AT_ONCE)
    await save(queue, bulkOf(queue, Math.min(AT_ONCE, count - from), from));
  say("done");
};

const drain = async () => {
  const counter = new Counter(count);
  const queue = await newQueue(true);
  await ready();
  counter.start();
  queue.process(concurrency, async () => counter.count());
};

const enqueue = async () => {
  const queue = await newQueue(false);
  let number = 0;
  await pushFast({
    one: () => queue.createJob(argsOf(number++)).save(),
    bulk: (size) => save(queue, bulkOf(queue, size, (number += size))),
  });
};

const listen = async () => {
  const listener = new Listener();
  const queue = await newQueue(true);
  await ready();
  queue.process(concurrency, async ({ data: { at, ms } }) =>
    at === undefined ? listener.work(ms) : listener.arrived(at),
  );
  await listener.listen();
};

const pushes = async () => {
  const queue = await newQueue(false);
  await pushInTurn({
    probe: (at) => queue.createJob({ at }).save(),
    load: (ms) => queue.createJob({ ms }).save(),
  });
};

await answer({ fill, drain, enqueue, listen, pushInTurn: pushes });
