/** What ends, fails or waits while a worker's hash is being put right: each job is in one place after it, and runs once. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { hold, loadScripts } from "../../support/held-script.ts";
import { recoverScript, retryScript } from "../../support/inside-core.ts";
import type { ReliableUnit, UnitOfWork } from "../../support/inside-worker.ts";
import { toRetry } from "../../support/moves.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let capsules: Capsule[] = [];
/** All that ran, in its order. */
let ran: string[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  await loadScripts(workers.redis, recoverScript, retryScript);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  ran = [];
});
afterEach(async () => {
  for (const capsule of capsules) await capsule.leave();
  capsules = [];
  await workers.end();
});
afterAll(() => server.stop());

/** A capsule that runs one job, `ours`, and has room for no other. */
const running = async (): Promise<Capsule> => {
  const one = new Capsule(workers, { onUnit: ({ text }) => ran.push(text) });
  capsules.push(one);
  await workers.redis.lpush("queue:a", "ours");
  await one.fetch.start();
  await eventually(() => expect(one.texts).toEqual(["ours"]));
  return one;
};

const taken = (one: Capsule): UnitOfWork => {
  const unit = one.units.shift();
  if (!unit) throw new Error("Expected a job that runs.");
  return unit;
};

/** A call that was due by now has been sent. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
};

/** The next job comes, and runs; all end. */
const goesOn = async (one: Capsule, text: string): Promise<void> => {
  await workers.redis.lpush("queue:a", text);
  await eventually(() => {
    for (const unit of one.units.splice(0)) unit.acknowledge();
    expect(ran).toContain(text);
  });
};

test("a job ends: no call takes the next one meanwhile, which would be a stranger in the hash and run twice", async () => {
  const one = await running();
  await workers.redis.lpush("queue:a", "next");
  const held = hold(one, recoverScript);
  const recovered = one.fetch.recover();
  const release = await held;

  taken(one).acknowledge();
  await turns();
  release();
  await recovered;

  await goesOn(one, "last");
  expect(ran).toEqual(["ours", "next", "last"]);
});

test("a job fails, and the answer to its retry is on its way: it is in the retry set and nowhere else", async () => {
  const one = await running();
  const held = hold(one, retryScript);
  const moved = toRetry(taken(one), "5", "again");
  const sendRetry = await held;
  const heldRecovery = hold(one, recoverScript);
  const recovered = one.fetch.recover();
  const release = await heldRecovery;

  sendRetry();
  release();
  await recovered;

  expect(await moved).toBe(true);
  await goesOn(one, "next");
  await goesOn(one, "last");
  expect(ran).toEqual(["ours", "next", "last"]);
  expect(await workers.redis.zrange("retry", "0", "-1", "WITHSCORES")).toEqual(["again", "5"]);
});

test("a job runs in whose slot is a mark that it did not make: it is in its slot again", async () => {
  const one = await running();
  const inFlight = `tsq:in-flight:${one.identity}~default~0`;
  const { slot } = one.units[0] as ReliableUnit;
  await eventually(async () => expect(await workers.redis.hexists(inFlight, slot)).toBe(1));
  await workers.redis.hset(inFlight, slot, "-");

  await one.fetch.recover();

  expect(await workers.redis.hget(inFlight, slot)).toBe("\na\nours");
});
