/** lua/core/withdraw.lua by itself: a job that waits in a queue goes to another one, or dies, and is in one place alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { withdraw } from "../../support/inside-core.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const run = (target: "queue:to" | "dead", { maxJobs = 4 } = {}): Promise<number> =>
  withdraw(
    redis,
    { queue: "queue:from", queues: "queues", target },
    { payload: "job", moved: "moved", side: 1, score: target === "dead" ? "9" : "", oldest: "(5", maxJobs },
  );
const list = (name: string): Promise<readonly string[]> => redis.lrange(`queue:${name}`, 0, -1);
const dead = (): Promise<readonly string[]> => redis.zrange("dead", "0", "-1");

describe("a job that waits", () => {
  beforeEach(() => redis.rpush("queue:from", "newer", "job", "older"));

  test("is behind all that wait in the other queue, and in its own no more", async () => {
    await redis.rpush("queue:to", "waits");

    expect(await run("queue:to")).toBe(1);

    expect(await list("to")).toEqual(["moved", "waits"]);
    expect(await list("from")).toEqual(["newer", "older"]);
    expect(await redis.smembers("queues")).toEqual(["to"]);
  });

  test("is dead, and of the dead those go that are too old or too many", async () => {
    await redis.zadd("dead", 4, "too old", 5, "old", 6, "a", 7, "b");

    expect(await run("dead", { maxJobs: 4 })).toBe(1);

    expect(await dead()).toEqual(["a", "b", "moved"]);
    expect(await list("from")).toEqual(["newer", "older"]);
    expect(await redis.exists("queues")).toBe(0);
  });

  test("is dead, and of few that are young enough none goes", async () => {
    await redis.zadd("dead", 4, "too old", 5, "old");

    await run("dead", { maxJobs: 10 });

    expect(await dead()).toEqual(["old", "moved"]);
  });

  test.each(["queue:to", "dead"] as const)("goes to %s while the memory is full", async (target) => {
    await redis.config("SET", "maxmemory", "1");
    try {
      expect(await run(target)).toBe(1);
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
  });
});

describe("a job that is gone", () => {
  test("leaves none in the other queue", async () => {
    await redis.rpush("queue:to", "waits");

    expect(await run("queue:to")).toBe(0);

    expect(await list("to")).toEqual(["waits"]);
    expect(await redis.exists("queues")).toBe(0);
  });

  test("leaves none among the dead", async () => {
    await redis.zadd("dead", 4, "too old");

    expect(await run("dead")).toBe(0);

    expect(await dead()).toEqual(["too old"]);
  });

  test("and was dead already stays so", async () => {
    await redis.zadd("dead", 6, "moved");

    expect(await run("dead")).toBe(0);

    expect(await dead()).toEqual(["moved"]);
  });
});
