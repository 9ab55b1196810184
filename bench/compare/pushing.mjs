/** What every client is asked to push: as fast as it can in three ways, or steadily with the time as an argument. */
import { setTimeout as sleep } from "node:timers/promises";
import { nowMicros, options, order, ready, say } from "./protocol.mjs";

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

/** Once, as `options` says, which has what an order of `pushInTurn` has. */
export const pushSteadily = async (client) => {
  await ready();
  say("done", await steadily(client, options));
};

/**
 * The same for every order, which is a line of JSON, in one process that stays: one that has just started is slow by
 * itself, and its first pushes say nothing of the worker.
 */
export const pushInTurn = async (client) => {
  await ready();
  for (;;) say("done", await steadily(client, JSON.parse(await order())));
};

/**
 * Pushes `probes` jobs that say when they were pushed, each some milliseconds after the last, `gapMs` on average.
 * Meanwhile a load of `loadPerSecond` jobs, which keep a slot for some milliseconds each. Resolves to how long each push
 * took until it was answered.
 */
const steadily = async ({ probe, load }, { probes, gapMs = 10, loadPerSecond = 0, loadMs = 0, ...more }) => {
  const before = process.cpuUsage();
  const micros = [];
  const stopLoad = loadPerSecond > 0 ? startLoad(() => load(loadMs), loadPerSecond) : () => {};
  for (let i = 0; i < probes; i++) {
    const pushedAt = nowMicros();
    await probe(pushedAt, more);
    micros.push(nowMicros() - pushedAt);
    // Never in step with a poll or a timer of the other side.
    await sleep(gapMs * (0.5 + Math.random()));
  }
  stopLoad();
  const { user, system } = process.cpuUsage(before);
  return { micros, cpuMicros: user + system };
};

const LOAD_EVERY_MS = 5;

const startLoad = (load, perSecond) => {
  const startedAt = performance.now();
  let pushed = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; pushed < due; pushed++) void load();
  }, LOAD_EVERY_MS);
  return () => clearInterval(timer);
};
