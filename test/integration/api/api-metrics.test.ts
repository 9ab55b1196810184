import { HISTOGRAM_LIMITS_MS, Metrics } from "@tsq/core/api";
import type { MetricsRange } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadVector } from "../../support/load-vector.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { vector } from "../../support/vectors.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const MINUTE = "2026-11-23T16:33:00.000Z";

/** 26 counters of which these are not 0. */
const histogram = (counts: Readonly<Record<number, number>>): number[] =>
  HISTOGRAM_LIMITS_MS.map((_, i) => counts[i] ?? 0);

describe.each(["7.3.2", "8.1.7"])("the metrics of Sidekiq %s", (version) => {
  const now = new Date(vector("metrics", version).captured_at * 1000);
  beforeEach(() => loadVector(redis, "metrics", version));

  test("are read by class, the one that took most time first", async () => {
    const { jobs, bucketMinutes, startsAt, endsAt } = await new Metrics({ redis }).topJobs(60, now);

    expect(jobs.map(({ class: name, processed, failed }) => [name, processed, failed])).toEqual([
      ["SlowJob", 4, 0],
      ["SimpleJob", 5, 0],
      ["FailJob", 2, 2],
    ]);
    expect(jobs[0]!.averageMs).toBe(jobs[0]!.totalMs / 4);
    expect(jobs[2]!.averageMs).toBe(0);
    expect(jobs.flatMap(({ points }) => points.map(({ at }) => at.toISOString()))).toEqual([
      MINUTE,
      MINUTE,
      MINUTE,
    ]);
    expect(bucketMinutes).toBe(1);
    expect(endsAt.getTime() - startsAt.getTime()).toBeGreaterThan(59 * 60_000);
  });

  test("are read of one class, with its histogram", async () => {
    const { job } = await new Metrics({ redis }).forJob("SlowJob", { minutes: 5 }, now);

    expect(job).toMatchObject({ class: "SlowJob", processed: 4, failed: 0 });
    expect(job.histogram).toEqual(histogram({ 5: 3, 8: 1 }));
    expect(job.points).toHaveLength(1);
    expect(job.points[0]!.histogram).toEqual(job.histogram);
  });

  test("are there for hours, too", async () => {
    const { jobs, bucketMinutes } = await new Metrics({ redis }).topJobs({ hours: 72 }, now);

    expect(jobs.map(({ class: name, processed }) => [name, processed])).toEqual([
      ["SlowJob", 4],
      ["SimpleJob", 5],
      ["FailJob", 2],
    ]);
    expect(jobs[0]!.points.map(({ at }) => at.toISOString())).toEqual(["2026-11-23T16:30:00.000Z"]);
    expect(bucketMinutes).toBe(10);
  });

  test("come with the deploys of that time", async () => {
    const { deploys } = await new Metrics({ redis }).topJobs(60, now);
    const before = await new Metrics({ redis }).topJobs(60, new Date("2026-11-23T16:00:00Z"));

    expect(deploys).toEqual([{ at: expect.any(Date), label: "abc123 Deploy label" }]);
    expect(deploys[0]!.at.getTime()).toBeLessThanOrEqual(now.getTime());
    expect(before.deploys).toEqual([]);
    expect(before.jobs).toEqual([]);
  });
});

test("the metrics of a fleet with both generations add up", async () => {
  await loadVector(redis, "metrics", "7.3.2");
  await loadVector(redis, "metrics", "8.1.7");
  const now = new Date("2026-11-23T16:33:59Z");

  const { jobs } = await new Metrics({ redis }).topJobs(60, now);
  const { job } = await new Metrics({ redis }).forJob("SlowJob", 60, now);
  const hours = await new Metrics({ redis }).forJob("SlowJob", { hours: 8 }, now);

  expect(jobs.map(({ class: name, processed }) => [name, processed])).toEqual([
    ["SlowJob", 8],
    ["SimpleJob", 10],
    ["FailJob", 4],
  ]);
  expect(job).toMatchObject({ processed: 8, totalMs: 763 + 766, histogram: histogram({ 5: 6, 8: 2 }) });
  expect(hours.job).toMatchObject({ processed: 8, totalMs: 763 + 766, histogram: [] });
});

test("hours and minutes below ten are found in each generation's spelling", async () => {
  await redis.hset("j|20261105|8:4", "J|p", 1);
  await redis.hset("j|261105|8:04", "J|p", 2);
  await redis.hset("j|261105|8:0", "J|p", 2);
  await redis.set("J-05-08:4", Buffer.from([0, 1]));
  await redis.set("h|J-5-8:4", Buffer.from([0, 0, 1, 0]));
  const now = new Date("2026-11-05T08:09:30Z");

  const minutes = await new Metrics({ redis }).forJob("J", 10, now);
  const hours = await new Metrics({ redis }).topJobs({ hours: 1 }, now);

  expect(minutes.job.points.map(({ at, processed }) => [at.toISOString(), processed])).toEqual([
    ["2026-11-05T08:04:00.000Z", 3],
  ]);
  expect(minutes.job.histogram).toEqual(histogram({ 0: 1, 1: 256 }));
  expect(hours.jobs).toMatchObject([{ class: "J", processed: 3 }]);
});

test("a minute beyond the range is left out", async () => {
  await redis.hset("j|261105|8:04", "J|p", 2);
  const processed = async (now: string): Promise<number> =>
    (await new Metrics({ redis }).forJob("J", 5, new Date(now))).job.processed;

  await expect(processed("2026-11-05T08:08:59Z")).resolves.toBe(2);
  await expect(processed("2026-11-05T08:09:00Z")).resolves.toBe(0);
  await expect(processed("2026-11-05T08:03:59Z")).resolves.toBe(0);
});

test("keys of another type and fields of nobody do not spoil the rest", async () => {
  await redis.set("j|261105|8:03", "x");
  await redis.hset("j|261105|8:04", { "J|p": "2", "J|x": "9", "J|ms": "many", odd: "1", "A|B|p": "1" });
  await redis.hset("h|J-5-8:4", "a", "b");
  await redis.hset("20261105-marks", "no time", "label");
  const now = new Date("2026-11-05T08:05:00Z");

  const { jobs, deploys } = await new Metrics({ redis }).topJobs(60, now);

  expect(jobs.map(({ class: name, processed, totalMs }) => [name, processed, totalMs])).toEqual([
    ["J", 2, 0],
    ["A|B", 1, 0],
  ]);
  expect(deploys).toEqual([]);
  await expect(new Metrics({ redis }).forJob("J", 60, now)).resolves.toMatchObject({
    job: { histogram: [] },
  });
});

test.each<MetricsRange>([0, 481, 1.5, { minutes: 0 }, { hours: 73 }, { hours: Number.NaN }])(
  "a range of %j is refused",
  async (range) => {
    await expect(new Metrics({ redis }).topJobs(range)).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    await expect(new Metrics({ redis }).forJob("J", range)).rejects.toMatchObject({ code: "TSQ_CONFIG" });
  },
);

describe("a deploy", () => {
  test("is marked once, however many machines say so, where Ruby looks for it", async () => {
    const metrics = new Metrics({ redis });
    const at = new Date("2026-11-23T16:32:41Z");

    await expect(
      Promise.all([
        metrics.markDeploy("abc123 Deploy label", at),
        metrics.markDeploy("abc123 Deploy label", at),
      ]),
    ).resolves.toEqual([true, false]);

    const stored = vector("metrics", "7.3.2").keys;
    await expect(redis.hgetall("20261123-marks")).resolves.toEqual(stored["20261123-marks"]?.value);
    await expect(redis.get("deploylock-abc123 Deploy label")).resolves.toBe("2026-11-23T16:32:00Z");
    await expect(redis.ttl("20261123-marks")).resolves.toBeGreaterThan(7_775_000);
  });

  test("in a minute that has its mark leaves the first label", async () => {
    const metrics = new Metrics({ redis });
    const at = new Date("2026-11-23T16:32:41Z");
    await metrics.markDeploy("one", at);

    await expect(metrics.markDeploy("two", at)).resolves.toBe(false);

    await expect(redis.hvals("20261123-marks")).resolves.toEqual(["one"]);
  });

  test.each([
    [undefined, new Date(), "`undefined`"],
    ["", new Date(), '`""`'],
    [42, new Date(), "`42`"],
    ["label", new Date("never"), "Invalid Date"],
  ])("without a label or a time is refused (%s, %s)", async (label, at, shown) => {
    // From JavaScript anything can come.
    await expect(new Metrics({ redis }).markDeploy(label as string, at)).rejects.toThrow(shown);

    expect(await redis.keys("*deploy*")).toEqual([]);
    expect(await redis.keys("*-marks")).toEqual([]);
  });
});
