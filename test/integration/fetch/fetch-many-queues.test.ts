/** What many queues cost: steps of lua/core/fetch.lua and commands at the server are counted, so that no clock decides. */
import { readFileSync } from "node:fs";
import type { Redis } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import type { CapsuleOptions } from "../../support/capsule.ts";
import { eventually } from "../../support/eventually.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

withPads();

const IN_FLIGHT = "tsq:in-flight:web:1:abc~default~0";
// Without its header, as it is sent.
const SCRIPT =
  readFileSync(new URL("../../../lua/core/fetch.lua", import.meta.url), "utf8").split("\n]]\n")[1] ?? "";
// Every turn of a loop over queues and every command counts as a step.
const COUNTING = `
local steps = 0
local real = { ipairs = ipairs, redis = redis }
local function ipairs(list)
  local following, _, i = real.ipairs(list)
  return function(...) steps = steps + 1; return following(...) end, list, i
end
local redis = {
  call = function(...) steps = steps + 1; return real.redis.call(...) end,
  pcall = function(...) steps = steps + 1; return real.redis.pcall(...) end,
}
local function script()
${SCRIPT}
end
local reply = script()
return { steps, reply }
`;

let server: TestRedis;
let redis: Redis;
let workers: TestWorkers;
const capsules: Capsule[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.hset(IN_FLIGHT, "#0", 0, "#1", 0);
});
afterEach(async () => {
  for (const capsule of capsules.splice(0)) await capsule.leave();
});
afterAll(async () => {
  await redis.flushdb();
  await workers.end();
  await server.stop();
});

const sleeping = async (
  options: CapsuleOptions & { readonly queues: readonly string[] },
): Promise<Capsule> => {
  const capsule = new Capsule(workers, options);
  capsules.push(capsule);
  return capsule.idle(options.queues.length);
};

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `q${i}`);
const slotsOf = (count: number): string =>
  Array.from({ length: count }, (_, i) => i.toString(36).padStart(2, "0")).join("");

interface Call {
  readonly queues: number;
  readonly wanted: number;
  readonly weightOf?: (queue: number) => number;
}

const stepsOf = async ({ queues, wanted, weightOf = () => 1 }: Call): Promise<number> => {
  const keys = [IN_FLIGHT, ...named(queues).map((name) => `queue:${name}`)];
  const weights = named(queues).map((_, i) => weightOf(i));
  const args = ["#0", 1, 0, slotsOf(wanted), "", wanted, 0.5, ...weights];
  const [steps] = (await redis.eval(COUNTING, keys.length, ...keys, ...args)) as [number, unknown];
  return steps;
};

describe("a call over 500 queues takes a few steps for each,", () => {
  const QUEUES = 500;
  const FEW = 5 * QUEUES;

  test.each([
    { order: "strict", weightOf: () => 0 },
    { order: "random", weightOf: () => 1 },
    { order: "weighted", weightOf: (queue: number) => 1 + (queue % 7) },
  ])("$order, when there is nothing", async ({ weightOf }) => {
    for (const wanted of [1, 8, 25]) {
      await redis.hset(IN_FLIGHT, "#0", 0);

      expect(await stepsOf({ queues: QUEUES, wanted, weightOf })).toBeLessThan(FEW);
    }
  });

  test("when one of them holds jobs", async () => {
    await pushTexts(redis, ["first", "second"], "q499");

    expect(await stepsOf({ queues: QUEUES, wanted: 1 })).toBeLessThan(FEW);
    expect(await redis.hget(IN_FLIGHT, "00")).toBe("\nq499\nfirst");
  });

  test("when all of them hold jobs", async () => {
    for (const name of named(QUEUES)) await pushTexts(redis, ["job"], name);

    expect(await stepsOf({ queues: QUEUES, wanted: 25 })).toBeLessThan(FEW);
    expect(await redis.hlen(IN_FLIGHT)).toBe(27);
  });

  test("and one round more for each job when the heavy ones hold one each", async () => {
    for (const name of named(5)) await pushTexts(redis, ["job"], name);
    await pushTexts(redis, ["1", "2", "3"], "q499");

    const steps = await stepsOf({
      queues: QUEUES,
      wanted: 8,
      weightOf: (i) => (i < 5 ? 1_000 ** (5 - i) : 1),
    });

    expect(await redis.hlen(IN_FLIGHT)).toBe(10);
    expect(steps).toBeLessThan(FEW);
  });
});

test("the share of an empty queue goes to all others, not to the one behind it", async () => {
  const queues = ["empty", "b", "c"];
  for (const name of queues.slice(1))
    await pushTexts(
      redis,
      Array.from({ length: 300 }, () => name),
      name,
    );
  const keys = [IN_FLIGHT, ...queues.map((name) => `queue:${name}`)];

  const calls = 300;
  for (let i = 0; i < calls; i++)
    await redis.eval(SCRIPT, keys.length, ...keys, "#0", i + 1, 0, "00", "", 1, (i + 0.5) / calls, 1, 1, 1);

  const taken = calls - (await redis.llen("queue:b"));
  expect(taken / calls).toBeGreaterThan(0.42);
  expect(taken / calls).toBeLessThan(0.58);
});

test("the shares of 20 full queues among 100 stay those of their weights", async () => {
  const queues = 100;
  const weightOf = (queue: number): number => (queue % 2 === 0 ? 2 : 1);
  const full = named(queues).filter((_, i) => i % 5 === 0);
  for (const name of full)
    await pushTexts(
      redis,
      Array.from({ length: 200 }, () => name),
      name,
    );
  const keys = [IN_FLIGHT, ...named(queues).map((name) => `queue:${name}`)];
  const weights = named(queues).map((_, i) => weightOf(i));

  const calls = 600;
  for (let i = 0; i < calls; i++) {
    const args = ["#0", i + 1, 0, "00", "", 1, ((i * 0.618_034) % 1).toFixed(6), ...weights];
    await redis.eval(SCRIPT, keys.length, ...keys, ...args);
  }

  const lengths = await Promise.all(full.map((name) => redis.llen(`queue:${name}`)));
  const taken = lengths.map((length) => 200 - length);
  const heavy = taken.filter((_, i) => i % 2 === 0).reduce((sum, count) => sum + count);
  expect(taken.reduce((sum, count) => sum + count)).toBe(calls);
  expect(heavy / calls).toBeGreaterThan(0.62);
  expect(heavy / calls).toBeLessThan(0.71);
});

describe("a capsule that sleeps at 16 queues", () => {
  /** How often each command was called while `act` went on. */
  const commandsOf = async (act: () => Promise<void>): Promise<ReadonlyMap<string, number>> => {
    await redis.config("RESETSTAT");
    await act();
    const stats = await redis.info("commandstats");
    return new Map(
      Array.from(stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g), ([, name = "", calls]) => [
        name,
        Number(calls),
      ]),
    );
  };

  test("takes a job of one of them without a look at the others, and gives back its slot without any", async () => {
    const capsule = await sleeping({ queues: named(16), concurrency: 3 });

    const commands = await commandsOf(async () => {
      await redis.lpush("queue:q7", "job");
      await eventually(() => expect(capsule.texts).toEqual(["job"]));
      await capsule.untilArmed(16);
      for (const unit of capsule.units) unit.acknowledge();
      await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    });

    expect(commands.get("rpop") ?? 0).toBeLessThanOrEqual(2);
    expect(commands.get("exists") ?? 0).toBe(0);
  });

  test("is woken by each of them, again and again", async () => {
    const queues = named(16);
    const capsule = await sleeping({ queues, concurrency: 3, onUnit: (unit) => unit.acknowledge() });

    for (let i = 0; i < 64; i++) {
      await redis.lpush(`queue:${queues[(i * 5) % 16] ?? ""}`, `job ${i}`);
      if (i % 3 === 0) await eventually(() => expect(capsule.units).toHaveLength(i + 1), { everyMs: 1 });
    }

    await eventually(() => expect(new Set(capsule.texts).size).toBe(64));
  });
});
