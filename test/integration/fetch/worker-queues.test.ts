/** What both fetches have in common: from which queue the next job comes. */
import { defineJob } from "@tsq/core";
import type { RedisOptions } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

/** Writes down from which queue each run came, in order. */
const recording = () => {
  const queues: string[] = [];
  const job = defineJob("HardJob", (context) => void queues.push(context.queue));
  const shareOf = (name: string, among: number): number =>
    queues.slice(0, among).filter((queue) => queue === name).length / among;
  return { job, queues, shareOf };
};

const fill = (queue: string, count: number): Promise<void> =>
  pushTexts(
    workers.redis,
    Array.from({ length: count }, () => payloadText({ queue })),
    queue,
  );

describe.each(["reliable", "basic"] as const)("with %s fetch, a worker", (fetch) => {
  test("takes from each queue as often as it weighs", async () => {
    const { job, queues, shareOf } = recording();
    for (const queue of ["a", "b", "c"]) await fill(queue, 1_200);

    await workers.start({ fetch, jobs: [job], queues: ["a,3", "b,2", "c"], concurrency: 10 });

    await eventually(() => expect(queues.length).toBeGreaterThanOrEqual(2_000), { timeoutMs: 30_000 });
    expect(shareOf("a", 2_000)).toBeGreaterThan(3 / 6 - 0.05);
    expect(shareOf("a", 2_000)).toBeLessThan(3 / 6 + 0.05);
    expect(shareOf("b", 2_000)).toBeGreaterThan(2 / 6 - 0.05);
    expect(shareOf("b", 2_000)).toBeLessThan(2 / 6 + 0.05);
  });

  test.each<RedisOptions>([
    { lazyConnect: true },
    { enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 1 },
    { enableAutoPipelining: true, enableReadyCheck: false },
    { stringNumbers: true, readOnly: true },
  ])("takes what comes while it is idle, also with a caller's %j", async (options) => {
    const { job, queues } = recording();
    const redis = { ...workers.target, ...options };
    await workers.start({ fetch, redis, jobs: [job], queues: ["a", "b"], concurrency: 1 });

    for (const queue of ["a", "b", "a"]) {
      const before = queues.length;
      await fill(queue, 1);
      await eventually(() => expect(queues).toHaveLength(before + 1));
    }

    expect(queues).toEqual(["a", "b", "a"]);
  });

  test("takes from a queue without weight only when those before it are empty", async () => {
    const { job, queues } = recording();
    for (const queue of ["low", "high", "middle"]) await fill(queue, 50);

    await workers.start({ fetch, jobs: [job], queues: ["high", "middle", "low"], concurrency: 1 });

    await eventually(() => expect(queues).toHaveLength(150));
    expect(queues).toEqual(["high", "middle", "low"].flatMap((queue) => Array<string>(50).fill(queue)));
  });

  test("takes the oldest job of a queue first", async () => {
    const order: unknown[] = [];
    const job = defineJob("HardJob", (_job, n: number) => void order.push(n));
    await pushTexts(
      workers.redis,
      Array.from({ length: 200 }, (_, n) => payloadText({ args: [n] })),
    );

    await workers.start({ fetch, jobs: [job], concurrency: 1 });

    await eventually(() => expect(order).toEqual(Array.from({ length: 200 }, (_, n) => n)));
  });

  test("takes the oldest job first as well when it is woken, if it runs one at a time", async () => {
    const order: unknown[] = [];
    const job = defineJob("HardJob", (_job, n: number) => void order.push(n));
    await workers.start({ jobs: [job], fetch, concurrency: 1 });

    for (let from = 0; from < 100; from += 5) {
      await pushTexts(
        workers.redis,
        [0, 1, 2, 3, 4].map((n) => payloadText({ args: [from + n] })),
      );
      await eventually(() => expect(order).toHaveLength(from + 5), { everyMs: 1 });
    }

    expect(order).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test("leaves a paused queue alone, and works off the others", async () => {
    const { job, queues } = recording();
    await workers.redis.sadd("paused", "b");
    for (const queue of ["a", "b", "c"]) await fill(queue, 20);

    await workers.start({ fetch, jobs: [job], queues: ["a", "b", "c"] });

    await eventually(() => expect(queues).toHaveLength(40));
    expect(queues).not.toContain("b");
    expect(await workers.redis.llen("queue:b")).toBe(20);
  });

  test("takes nothing while every queue is paused", async () => {
    const { job, queues } = recording();
    await workers.redis.sadd("paused", "a", "b");
    await fill("a", 3);
    await workers.start({ fetch, jobs: [job], queues: ["a,1", "b,1"] });

    await workers.redis.sadd("queues", "b");
    await fill("b", 3);

    expect(queues).toEqual([]);
    expect(await workers.redis.llen("queue:a")).toBe(3);
    expect(await workers.redis.llen("queue:b")).toBe(3);
  });

  test("says of a job the queue it came from, whatever its payload says", async () => {
    const { job, queues } = recording();
    await pushTexts(
      workers.redis,
      [payloadText({ queue: "elsewhere" }), payloadText({ queue: undefined })],
      "a",
    );

    await workers.start({ fetch, jobs: [job], queues: ["a"] });

    await eventually(() => expect(queues).toEqual(["a", "a"]));
  });

  test("has slots for each capsule", async () => {
    const { job, queues } = recording();
    for (const queue of ["a", "b"]) await fill(queue, 20);

    await workers.start({ fetch, jobs: [job], queues: ["a"], capsules: { single: { queues: ["b"] } } });

    await eventually(() => expect(queues).toHaveLength(40));
    expect(queues.filter((queue) => queue === "b")).toHaveLength(20);
  });
});

test("with reliable fetch, a worker passes over a queue whose key holds something else", async () => {
  const { job, queues } = recording();
  await workers.redis.set("queue:a", "not a list");
  await fill("b", 20);

  await workers.start({ jobs: [job], queues: ["a,1", "b,1"] });

  await eventually(() => expect(queues).toHaveLength(20));
  expect(await workers.redis.get("queue:a")).toBe("not a list");
});
