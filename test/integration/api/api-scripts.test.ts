/** What the data API does in one step: lua/core/clear.lua, replace.lua and signal.lua by themselves. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { clear, replace, signal } from "../../support/inside-core.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

test("who clears a queue again, because the answer was lost, takes no jobs that came since", async () => {
  const run = (): Promise<number> =>
    clear(redis, { queue: "queue:a", queues: "queues" }, { newest: "newest", most: 2 });
  await redis.sadd("queues", "a");
  await redis.lpush("queue:a", "old", "newest");
  expect(await run()).toBe(2);
  expect(await redis.exists("queue:a", "queues")).toBe(0);
  await redis.sadd("queues", "a");
  await redis.lpush("queue:a", "came since");

  expect(await run()).toBe(0);

  expect(await redis.lrange("queue:a", 0, -1)).toEqual(["came since"]);
  expect(await redis.smembers("queues")).toEqual(["a"]);
});

describe("a job that is edited", () => {
  const run = (member: string, instead: string): Promise<number> =>
    replace(redis, { set: "retry" }, { member, instead });
  const all = (): Promise<readonly string[]> => redis.zrange("retry", "0", "-1", "WITHSCORES");

  test("is what it became, at the time that it had", async () => {
    await redis.zadd("retry", "5.25", "as it was", 7, "another");

    expect(await run("as it was", "changed")).toBe(1);

    expect(await all()).toEqual(["changed", "5.25", "another", "7"]);
  });

  test("into what it is stays", async () => {
    await redis.zadd("retry", 5, "as it was");

    expect(await run("as it was", "as it was")).toBe(1);

    expect(await all()).toEqual(["as it was", "5"]);
  });

  test("and is gone by then comes back as nothing", async () => {
    expect(await run("as it was", "changed")).toBe(0);

    expect(await redis.exists("retry")).toBe(0);
  });
});

describe("a process", () => {
  const SIGNALS = "web:1:abc-signals";
  const tell = (name: string): Promise<number> => signal(redis, { signals: SIGNALS }, { name, seconds: 60 });
  const told = (): Promise<readonly string[]> => redis.lrange(SIGNALS, 0, -1);
  afterEach(() => redis.config("SET", "maxmemory", "0"));

  test("that is told comes for it within so many seconds, the first that it was told first", async () => {
    expect(await tell("TSTP")).toBe(1);
    expect(await redis.ttl(SIGNALS)).toBeGreaterThan(50);

    expect(await tell("TERM")).toBe(2);
    expect(await told()).toEqual(["TERM", "TSTP"]);
  });

  test("is not told twice what it has yet to come for, and it is kept for longer then", async () => {
    await tell("TTIN");
    await tell("TERM");
    await redis.expire(SIGNALS, 5);

    expect(await tell("TERM")).toBe(2);

    expect(await told()).toEqual(["TERM", "TTIN"]);
    expect(await redis.ttl(SIGNALS)).toBeGreaterThan(50);
    expect(await tell("TTIN")).toBe(3);
  });

  test("is told while the memory is full", async () => {
    await redis.config("SET", "maxmemory", "1");

    expect(await tell("TERM")).toBe(1);
  });

  test("whose key holds something else is told nothing, and it is named", async () => {
    await redis.set(SIGNALS, "text");

    await expect(tell("TERM")).rejects.toThrow(`WRONGTYPE Expected ${SIGNALS} to be a list, it is a string`);

    expect(await redis.ttl(SIGNALS)).toBe(-1);
  });
});
