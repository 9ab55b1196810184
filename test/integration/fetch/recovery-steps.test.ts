/** A server that goes back to an older state, and goes back once more before any one command of the recovery from it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import type { UnitOfWork } from "../../support/inside-worker.ts";
import { toRetry } from "../../support/moves.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let capsules: Capsule[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(async () => {
  await Promise.all(capsules.map((one) => leave(one)));
  capsules = [];
  await workers.end();
});
afterAll(() => server.stop());

const leave = async (one: Capsule): Promise<void> => {
  const { fetch, units } = one;
  await fetch.quiet();
  await fetch.requeue(units);
  endAll(one);
  await fetch.stop();
};

const started = async (): Promise<Capsule> => {
  const one = new Capsule(workers);
  capsules.push(one);
  await one.fetch.start();
  return one;
};

const inFlightOf = ({ identity }: Capsule): string => `tsq:in-flight:${identity}~default~0`;

/** Goes back before the capsule's n-th command from now. Resolves to whether there was one once `n` is reached. */
const beforeCommand = (n: number, { fetch }: Capsule, goBack: () => Promise<unknown>): (() => boolean) => {
  const send = fetch.redis.sendCommand.bind(fetch.redis);
  let sent = 0;
  let hasGone = false;
  fetch.redis.sendCommand = (...args: Parameters<typeof send>) =>
    ++sent === n ? goBack().then(() => ((hasGone = true), send(...args))) : send(...args);
  return () => hasGone;
};

const ended = new WeakSet<UnitOfWork>();

/** Each once. */
const endAll = ({ units }: Capsule): void => {
  for (const unit of units) {
    if (!ended.has(unit)) unit.acknowledge();
    ended.add(unit);
  }
};

/** So many jobs run and end, one after the other: whatever is free to be written over is. */
const goOn = async (one: Capsule): Promise<void> => {
  for (const text of ["more 1", "more 2", "more 3", "more 4"]) {
    await workers.redis.lpush("queue:a", text);
    await eventually(() => {
      endAll(one);
      expect(one.texts).toContain(text);
    });
  }
};

// The first commands are the refused call's own, those of the recovery, and the call that is sent again.
const COMMANDS = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(COMMANDS)("no job is lost to a server that goes back once more before command %i", async (n) => {
  const { redis } = workers;
  await redis.lpush("queue:a", "K");
  const one = await started();
  await eventually(() => expect(one.texts).toEqual(["K"]));
  await one.fetch.recover();
  const key = inFlightOf(one);
  await eventually(async () => expect((await redis.hvals(key)).join()).toContain("K"));
  const dump = await redis.dumpBuffer(key);
  const goBack = () => redis.multi().del("retry", "queue:a").restore(key, 0, dump, "REPLACE").exec();
  const [unit] = one.units;
  expect(unit && (await toRetry(unit, "9999999999", "K again"))).toBe(true);
  if (unit) ended.add(unit);
  await redis.lpush("queue:a", "L");
  await eventually(() => expect(one.texts).toEqual(["K", "L"]));
  await eventually(async () => expect((await redis.hvals(key)).join()).toContain("L"));

  await goBack();
  const wentBack = beforeCommand(n, one, goBack);
  // What is pushed before it is forgotten with the rest.
  await eventually(async () => {
    endAll(one);
    await redis.lpush("queue:a", "wake");
    expect(wentBack()).toBe(true);
  });
  await goOn(one);

  // K runs again, because the older server knows nothing of its retry; it is never in no place.
  expect(await redis.exists("retry")).toBe(0);
  expect(one.texts.slice(2)).toContain("K");
});

test("a job of a queue that the worker does not have goes back to it", async () => {
  const { redis } = workers;
  const one = await started();
  await one.untilArmed(1);
  await redis.hset(inFlightOf(one), "00", "\nelsewhere\njob", "01", '{"queue":"other"}', "02", "none");

  await one.fetch.recover();

  expect(await redis.lrange("queue:elsewhere", 0, -1)).toEqual(["job"]);
  expect(await redis.lrange("queue:other", 0, -1)).toEqual(['{"queue":"other"}']);
  expect(await redis.lrange("queue:default", 0, -1)).toEqual(["none"]);
  expect((await redis.smembers("queues")).toSorted()).toEqual(["default", "elsewhere", "other"]);
  expect(Object.keys(await redis.hgetall(inFlightOf(one))).toSorted()).toEqual(["#0", "#1"]);
});

test("a job that cannot go back, for its queue's key is no list, is written over by no other", async () => {
  const { redis } = workers;
  const one = await started();
  await one.untilArmed(1);
  await redis.set("queue:b", "no list");
  await redis.hset(
    inFlightOf(one),
    "00",
    "\nb\nfirst",
    "01",
    "\nb\nsecond",
    "02",
    Buffer.from("\n\xff\nthird", "latin1"),
  );

  await one.fetch.recover();
  await goOn(one);
  expect(await redis.hvals(inFlightOf(one))).toEqual(expect.arrayContaining(["\nb\nfirst", "\nb\nsecond"]));
  await redis.del("queue:b");
  await one.fetch.recover();

  expect((await redis.lrange("queue:b", 0, -1)).toSorted()).toEqual(["first", "second"]);
  expect(
    (await redis.hvalsBuffer(inFlightOf(one))).some((it) =>
      it.equals(Buffer.from("\n\xff\nthird", "latin1")),
    ),
  ).toBe(true);
  // For a rescuer, who brings back what has a queue of no name; here nobody does.
  await redis.hdel(inFlightOf(one), "!3", "!1", "!2");
});

test("the jobs of the owner that it was before a rescue go back, when the server goes back to before the rescue", async () => {
  const { redis } = workers;
  await redis.lpush("queue:a", "K");
  const one = await started();
  await eventually(() => expect(one.texts).toEqual(["K"]));
  await eventually(async () => expect((await redis.hvals(inFlightOf(one))).join()).toContain("K"));
  const dump = await redis.dumpBuffer(inFlightOf(one));
  const [owner = "", next = ""] = [0, 1].map((epoch) => `${one.identity}~default~${epoch}`);
  // Rescued, and done by another.
  await redis.multi().del(inFlightOf(one)).set(`tsq:rescued:${owner}`, "1", "EX", 60).exec();
  await one.fetch.recover();
  expect(one.lost.map(({ text }) => text)).toEqual(["K"]);
  expect(await redis.hkeys("tsq:owners")).toEqual([next]);
  endAll(one);

  await redis
    .multi()
    .del(`tsq:rescued:${owner}`, "tsq:owners", `tsq:in-flight:${next}`)
    .hset("tsq:owners", owner, '["a"]')
    .restore(inFlightOf(one), 0, dump, "REPLACE")
    .exec();
  await goOn(one);

  expect(one.texts.slice(1)).toContain("K");
  expect(await redis.exists(inFlightOf(one))).toBe(0);
  expect(await redis.hkeys("tsq:owners")).toEqual([next]);
});
