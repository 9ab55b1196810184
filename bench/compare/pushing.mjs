/** What every client is asked to push: as fast as it can in three ways, or steadily with the time as an argument. */
import { setTimeout as sleep } from "node:timers/promises";
import { nowMicros, options, ready, say } from "./protocol.mjs";

const CONCURRENT = 100;
const BULK = 1_000;
const BIG_BULK = 10_000;
// More would fill Redis; a slow client is stopped by the clock before.
const AT_MOST = { single: 20_000, concurrent: 100_000, bulk: 300_000, bigBulk: 300_000 };

/** One by one, a hundred at a time, and in bulk. */
export const pushFast = async ({ one, bulk }) => {
  const concurrently = () => Promise.all(Array.from({ length: CONCURRENT }, one));
  await ready();
  const single = await rateOf(one, 1, AT_MOST.single);
  const concurrent = await rateOf(concurrently, CONCURRENT, AT_MOST.concurrent);
  const inBulk = await rateOf(() => bulk(BULK), BULK, AT_MOST.bulk);
  const bigBulk = await rateOf(() => bulk(BIG_BULK), BIG_BULK, AT_MOST.bigBulk);
  const { user, system } = process.cpuUsage();
  say("done", { single, concurrent, bulk: inBulk, bigBulk, cpuMicros: user + system });
};

const rateOf = async (push, step, atMost) => {
  // What is compiled, connected and looked up once is not the rate. By time, and long enough for V8 to compile each way
  // again after the one before: a hundred at a time takes 30,000 pushes until it does not get faster any more.
  const warmUntil = performance.now() + (options.seconds * 1_000) / 2;
  while (performance.now() < warmUntil) await push();
  const startedAt = performance.now();
  const until = startedAt + options.seconds * 1_000;
  let pushed = 0;
  while (pushed < atMost && performance.now() < until) {
    await push();
    pushed += step;
  }
  return (pushed * 1_000) / (performance.now() - startedAt);
};

/**
 * Pushes `options.probes` jobs that say when they were pushed, each some milliseconds after the last. Meanwhile a load
 * of `options.loadPerSecond` jobs, which keep a slot for some milliseconds each.
 */
export const pushSteadily = async ({ probe, load }) => {
  await ready();
  const stopLoad = options.loadPerSecond > 0 ? startLoad(load) : () => {};
  for (let i = 0; i < options.probes; i++) {
    await probe(nowMicros());
    // Never in step with a poll or a timer of the other side.
    await sleep(5 + Math.random() * 10);
  }
  stopLoad();
  say("done");
};

const LOAD_EVERY_MS = 5;

const startLoad = (load) => {
  const startedAt = performance.now();
  let pushed = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * options.loadPerSecond;
    for (; pushed < due; pushed++) void load(options.loadMs);
  }, LOAD_EVERY_MS);
  return () => clearInterval(timer);
};
