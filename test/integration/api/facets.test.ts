/** Counting what a set or a queue holds: by class, queue, error and tag. */
import { DeadSet, Queue, RetrySet } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const add = async (key: string, fields: readonly Readonly<Record<string, unknown>>[]): Promise<void> => {
  for (let from = 0; from < fields.length; from += 1_000) {
    const some = fields.slice(from, from + 1_000);
    await redis.zadd(
      key,
      ...some.flatMap((one, i) => [from + i, payloadText({ jid: `j${from + i}`, ...one })]),
    );
  }
};

const NONE = { values: [], others: 0 };

describe("facets", () => {
  test("of nothing are empty", async () => {
    const nothing = { looked: 0, total: 0, isComplete: true, count: 0, malformed: 0 };
    const facets = { ...nothing, class: NONE, queue: NONE, error: NONE, tag: NONE };

    expect(await new DeadSet({ redis }).facets()).toEqual(facets);
    expect(await new Queue("none", { redis }).facets()).toEqual(facets);
  });

  test("count each job once for each of its values, the most frequent first", async () => {
    await add("retry", [
      { class: "A", tags: ["x", "x", "y"], error_class: "E1" },
      { class: "B", queue: "low", tags: ["x"], error_class: "E2" },
      { class: "A", error_class: "E2" },
    ]);
    await redis.zadd("retry", 9, "no json");

    const facets = await new RetrySet({ redis }).facets();

    expect(facets).toMatchObject({ looked: 4, total: 4, isComplete: true, count: 4, malformed: 1 });
    expect(facets.class.values).toEqual([
      { value: "A", count: 2 },
      { value: "B", count: 1 },
    ]);
    expect(facets.queue.values).toEqual([
      { value: "default", count: 2 },
      { value: "low", count: 1 },
    ]);
    expect(facets.error.values).toEqual([
      { value: "E2", count: 2 },
      { value: "E1", count: 1 },
    ]);
    expect(facets.tag.values).toEqual([
      { value: "x", count: 2 },
      { value: "y", count: 1 },
    ]);
  });

  test("count what the filter means, and each value finds as many again", async () => {
    await add(
      "dead",
      Array.from({ length: 500 }, (_, i) => ({ class: `"Job ${i % 3}*`, queue: `q${i % 2}` })),
    );
    const set = new DeadSet({ redis });

    const { class: classes, count } = await set.facets({ filter: "queue:q1" });

    expect(count).toBe(250);
    for (const { value, count: some } of classes.values) {
      const filter = [
        { kind: "class", value },
        { kind: "queue", value: "q1" },
      ] as const;
      expect((await set.search(filter, { limit: 1_000, mostMs: 60_000 })).items).toHaveLength(some);
    }
  });

  test("are of the newest 10,000, or of all, and say which", async () => {
    await add(
      "dead",
      Array.from({ length: 12_000 }, (_, i) => ({ class: i < 7_000 ? "Old" : "New" })),
    );
    const set = new DeadSet({ redis });
    const told: (readonly [number, number])[] = [];

    const newest = await set.facets();
    const all = await set.facets({ most: Infinity, onProgress: (...of) => told.push(of) });

    expect(newest).toMatchObject({ looked: 10_000, total: 12_000, isComplete: false });
    expect(newest.class.values.map(({ count }) => count)).toEqual([5_000, 5_000]);
    expect(all).toMatchObject({ looked: 12_000, isComplete: true, count: 12_000 });
    expect(all.class.values[0]).toEqual({ value: "Old", count: 7_000 });
    expect(told.at(-1)).toEqual([12_000, 12_000]);
    expect(told.length).toBeGreaterThanOrEqual(12);
  });

  test("of a queue are of the queue that the jobs lie on", async () => {
    await pushTexts(
      redis,
      Array.from({ length: 300 }, (_, i) => payloadText({ class: `C${i % 2}`, queue: "lies" })),
    );

    const { queue, class: classes } = await new Queue("default", { redis }).facets();

    expect(queue.values).toEqual([{ value: "default", count: 300 }]);
    expect(classes.values.map(({ count }) => count)).toEqual([150, 150]);
  });

  test("show a hundred values, and how many jobs have others", async () => {
    await add(
      "dead",
      Array.from({ length: 12_000 }, (_, i) => ({ class: `C${i}`, tags: ["same"] })),
    );

    const { class: classes, tag } = await new DeadSet({ redis }).facets({ most: Infinity });

    expect(classes.values).toHaveLength(100);
    expect(classes.others).toBe(11_900);
    expect(tag).toEqual({ values: [{ value: "same", count: 12_000 }], others: 0 });
  });

  test("take hostile values as they are", async () => {
    const value = "<script>\u202e\u0000__proto__";
    await add("dead", [{ class: value, tags: ["__proto__", "constructor"] }]);

    const { class: classes, tag } = await new DeadSet({ redis }).facets();

    expect(classes.values).toEqual([{ value, count: 1 }]);
    expect(tag.values.map((one) => one.value)).toEqual(["__proto__", "constructor"]);
  });

  test("end by their signal, in the midst of it", async () => {
    await add(
      "dead",
      Array.from({ length: 5_000 }, () => ({})),
    );
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));

    const facets = new DeadSet({ redis }).facets({ onProgress, signal: controller.signal });

    await expect(facets).rejects.toThrow("enough");
  });

  test.each([{ most: 0 }, { limit: 5 }])("refuse the options %j", async (options) => {
    await expect(new DeadSet({ redis }).facets(options)).rejects.toMatchObject({ code: "TSQ_CONFIG" });
  });
});
