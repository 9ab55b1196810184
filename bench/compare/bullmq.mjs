/** BullMQ with finished jobs removed, which is its fastest. It has no queue weights: all its slots work off one queue. */
import { Queue, Worker } from "bullmq";
import { argsOf } from "../support/workload.mjs";
import { Counter } from "./counter.mjs";
import { Listener } from "./listening.mjs";
import { answer, options, ready, say } from "./protocol.mjs";
import { pushFast, pushInTurn } from "./pushing.mjs";

const { redis, jobs: count, concurrency } = options;
const connection = { url: redis, maxRetriesPerRequest: null };
const removed = { removeOnComplete: true };
const newQueue = () => new Queue("bench", { connection, defaultJobOptions: removed });
const AT_ONCE = 1_000;

const newWorker = async (handler) => {
  const worker = new Worker("bench", handler, { connection, concurrency, autorun: false });
  await worker.waitUntilReady();
  return worker;
};

/** Its `run()` resolves when the worker is closed, which the end of the process does here. */
const run = (worker) => void worker.run();

const bulkOf = (size, from) =>
  Array.from({ length: size }, (_, i) => ({ name: "HardJob", data: argsOf(from + i) }));

const fill = async () => {
  const queue = newQueue();
  await ready();
  for (let from = 0; from < count; from += AT_ONCE)
    await queue.addBulk(bulkOf(Math.min(AT_ONCE, count - from), from));
  say("done");
};

const drain = async () => {
  const counter = new Counter(count);
  const worker = await newWorker(async () => counter.count());
  await ready();
  counter.start();
  run(worker);
};

const enqueue = async () => {
  const queue = newQueue();
  await queue.waitUntilReady();
  let number = 0;
  await pushFast({
    one: () => queue.add("HardJob", argsOf(number++)),
    bulk: (size) => queue.addBulk(bulkOf(size, (number += size))),
  });
};

const listen = async () => {
  const listener = new Listener();
  const worker = await newWorker(async ({ name, data }) =>
    name === "ProbeJob" ? listener.arrived(data) : listener.work(data),
  );
  await ready();
  run(worker);
  await listener.listen();
};

const pushes = async () => {
  const queue = newQueue();
  await queue.waitUntilReady();
  await pushInTurn({ probe: (at) => queue.add("ProbeJob", at), load: (ms) => queue.add("LoadJob", ms) });
};

await answer({ fill, drain, enqueue, listen, pushInTurn: pushes });
