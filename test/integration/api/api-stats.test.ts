import { Stats } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadVector } from "../../support/load-vector.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { GENERATIONS, vector } from "../../support/vectors.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

describe.each(GENERATIONS)("the numbers of Sidekiq %s", (version) => {
  test("are those it left", async () => {
    await loadVector(redis, "retry", version);
    await loadVector(redis, "heartbeat", version);
    await loadVector(redis, "scheduled", version);
    const zcard = (scenario: string, key: string): number | undefined => {
      const stored = vector(scenario, version).keys[key];
      return stored?.type === "zset" ? stored.value.length : undefined;
    };

    const stats = await new Stats({ redis }).fetch();

    expect(stats).toMatchObject({
      retries: zcard("retry", "retry"),
      dead: zcard("retry", "dead"),
      scheduled: zcard("scheduled", "schedule"),
      workers: 2,
      enqueued: 1,
    });
    expect(stats.queues.map(({ name, size, paused }) => [name, size, paused])).toEqual([
      ["critical", 0, false],
      ["default", 1, false],
    ]);
  });

  test("come day by day", async () => {
    await loadVector(redis, "dead", version);

    const days = await new Stats({ redis }).history(3, new Date("2026-11-24T00:30:00Z"));

    expect(days).toEqual([
      { date: "2026-11-24", processed: 0, failed: 0 },
      { date: "2026-11-23", processed: 3, failed: 3 },
      { date: "2026-11-22", processed: 0, failed: 0 },
    ]);
  });
});

test("an empty Redis has nothing", async () => {
  await expect(new Stats({ redis }).fetch()).resolves.toEqual({
    processed: 0,
    failed: 0,
    scheduled: 0,
    retries: 0,
    dead: 0,
    processes: 0,
    enqueued: 0,
    workers: 0,
    defaultQueueLatency: 0,
    queues: [],
  });
});

test("queues show how long their oldest job has waited, in either spelling, and whether they are paused", async () => {
  const since = Date.now() - 90_000;
  await redis.sadd("queues", "default", "ms", "odd", "empty");
  await redis.lpush("queue:default", `{"enqueued_at":${since / 1000}}`, '{"enqueued_at":1}');
  await redis.lpush("queue:ms", `{"created_at":${since}}`);
  await redis.lpush("queue:odd", "not json");
  await redis.sadd("paused", "ms");

  const { queues, defaultQueueLatency } = await new Stats({ redis }).fetch();

  expect(queues.map(({ name, size, paused }) => [name, size, paused])).toEqual([
    ["default", 2, false],
    ["empty", 0, false],
    ["ms", 1, true],
    ["odd", 1, false],
  ]);
  expect(queues.map(({ latency }) => Math.floor(latency / 60))).toEqual([1, 0, 1, 0]);
  expect(Math.floor(defaultQueueLatency / 60)).toBe(1);
});

test("keys of another type and processes that have died do not spoil the rest", async () => {
  await redis.sadd("queues", "default", "hash");
  await redis.hset("queue:hash", "a", "b");
  await redis.lpush("queue:default", "{}");
  await redis.set("retry", "x");
  await redis.set("stat:failed", "many");
  await redis.incrby("stat:processed", 12);
  await redis.sadd("processes", "gone:1:x", "here:2:x");
  await redis.hset("here:2:x", { info: "{}", busy: "3" });

  await expect(new Stats({ redis }).fetch()).resolves.toMatchObject({
    processed: 12,
    failed: 0,
    retries: 0,
    enqueued: 1,
    processes: 1,
    workers: 3,
  });
});

test("hundreds of queues are counted", async () => {
  const names = Array.from({ length: 320 }, (_, i) => `q${1000 + i}`);
  await redis.sadd("queues", ...names);
  for (const name of names) await redis.lpush(`queue:${name}`, "{}", "{}");

  const { enqueued, queues } = await new Stats({ redis }).fetch();

  expect(enqueued).toBe(640);
  expect(queues.map(({ name }) => name)).toEqual(names);
});

describe("the totals", () => {
  beforeEach(() => redis.mset("stat:processed", 5, "stat:failed", 3, "stat:processed:2026-11-23", 5));

  test("are reset, and the days stay", async () => {
    await new Stats({ redis }).reset();

    await expect(redis.mget("stat:processed", "stat:failed", "stat:processed:2026-11-23")).resolves.toEqual([
      "0",
      "0",
      "5",
    ]);
  });

  test("are reset one by one", async () => {
    await new Stats({ redis }).reset("failed");

    await expect(redis.mget("stat:processed", "stat:failed")).resolves.toEqual(["5", "0"]);
  });

  test("of another name are refused, and none is reset", async () => {
    // From JavaScript any string can come.
    const misspelled = "faild" as "failed";

    await expect(new Stats({ redis }).reset("processed", misspelled)).rejects.toThrow(
      "Did you mean `failed`?",
    );

    await expect(redis.mget("stat:processed", "stat:failed")).resolves.toEqual(["5", "3"]);
  });
});

test.each([0, 1826, 1.5, Number.NaN])("a history of %d days is refused", async (days) => {
  await expect(new Stats({ redis }).history(days)).rejects.toMatchObject({ code: "TSQ_CONFIG" });
});
