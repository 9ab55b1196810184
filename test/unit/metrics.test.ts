import type { Redis } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { Metrics, writeMetrics } from "../support/inside-worker.ts";

/** A job of so many milliseconds, counted. */
const bucketOf = (ms: number): number => {
  const metrics = new Metrics();
  metrics.succeeded("A", ms);
  return metrics.take().classes.get("A")?.histogram.indexOf(1) ?? Number.NaN;
};

describe("what has been counted", () => {
  test("is every run, those that failed, and the time of those that did not", () => {
    const metrics = new Metrics();
    metrics.succeeded("A", 10.9);
    metrics.succeeded("A", 20);
    metrics.failed("A");
    metrics.failed("B");

    const { processed, failed, classes } = metrics.take();

    expect({ processed, failed }).toEqual({ processed: 4, failed: 2 });
    expect(classes.get("A")).toMatchObject({ processed: 3, failed: 1, ms: 30 });
    expect(classes.get("B")).toMatchObject({ processed: 1, failed: 1, ms: 0 });
  });

  test("is a run of an unknown class in the totals alone", () => {
    const metrics = new Metrics();
    metrics.failed(undefined);

    expect(metrics.take()).toEqual({ processed: 1, failed: 1, classes: new Map() });
  });

  test("is handed over once", () => {
    const metrics = new Metrics();
    metrics.succeeded("A", 1);
    metrics.take();

    expect(metrics.take()).toEqual({ processed: 0, failed: 0, classes: new Map() });
  });
});

describe("the histogram", () => {
  // WIRE §8.2: bucket i is the first whose limit is above the time.
  const LIMITS = [
    20, 30, 45, 65, 100, 150, 225, 335, 500, 750, 1_100, 1_700, 2_500, 3_800, 5_750, 8_500, 13_000, 20_000,
    30_000, 45_000, 65_000, 100_000, 150_000, 225_000, 335_000,
  ];

  test("has 26 buckets", () => {
    const metrics = new Metrics();
    metrics.succeeded("A", 1);

    expect(metrics.take().classes.get("A")?.histogram).toHaveLength(26);
  });

  test.each(LIMITS.map((limit, i) => ({ limit, i })))(
    "puts what takes less than $limit ms into bucket $i",
    ({ limit, i }) => {
      expect(bucketOf(limit - 1)).toBe(i);
      expect(bucketOf(limit - 0.001)).toBe(i);
      expect(bucketOf(limit)).toBe(i + 1);
    },
  );

  test("has no upper limit", () => {
    expect(bucketOf(1e9)).toBe(25);
    expect(bucketOf(0)).toBe(0);
  });

  test("leaves failed runs out", () => {
    const metrics = new Metrics();
    metrics.failed("A");

    expect(metrics.take().classes.get("A")?.histogram).toEqual(Array<number>(26).fill(0));
  });
});

/** The commands of a pipeline, as texts. */
const commandsAt = async (instant: string, generations: readonly number[]): Promise<readonly string[]> => {
  const sent: string[] = [];
  const record =
    (name: string) =>
    (...args: readonly unknown[]) =>
      void sent.push([name, ...args].join(" "));
  const pipeline = {
    hincrby: record("HINCRBY"),
    expire: record("EXPIRE"),
    call: (...args: readonly unknown[]) => void sent.push(args.join(" ")),
    exec: () => Promise.resolve([]),
  };
  const metrics = new Metrics();
  metrics.succeeded("MyJob", 120);
  // Of Redis the counters need the pipeline alone.
  const redis = { pipeline: () => pipeline } as unknown as Redis;
  await writeMetrics(redis, metrics.take().classes, new Set(generations), new Date(instant));
  return sent;
};

describe("the keys of the counters", () => {
  const EARLY = "2026-11-05T08:04:59.999Z";

  test("of Sidekiq 8 pad the minute alone", async () => {
    expect(await commandsAt(EARLY, [8])).toEqual([
      "HINCRBY j|261105|8:04 MyJob|p 1",
      "HINCRBY j|261105|8:04 MyJob|ms 120",
      "EXPIRE j|261105|8:04 28800",
      "HINCRBY j|261105|8:0 MyJob|p 1",
      "HINCRBY j|261105|8:0 MyJob|ms 120",
      "EXPIRE j|261105|8:0 259200",
      "BITFIELD h|MyJob-5-8:4 OVERFLOW SAT INCRBY u16 #5 1",
      "EXPIRE h|MyJob-5-8:4 28800",
    ]);
  });

  test("of Sidekiq 7 pad neither, and its histograms pad the day and the hour", async () => {
    expect(await commandsAt(EARLY, [7])).toEqual([
      "HINCRBY j|20261105|8:4 MyJob|p 1",
      "HINCRBY j|20261105|8:4 MyJob|ms 120",
      "EXPIRE j|20261105|8:4 28800",
      "BITFIELD MyJob-05-08:4 OVERFLOW SAT INCRBY u16 #5 1",
      "EXPIRE MyJob-05-08:4 28800",
    ]);
  });

  test("are those of UTC", async () => {
    const sent = await commandsAt("2026-12-31T23:59:00-01:00", [8]);

    expect(sent[0]).toBe("HINCRBY j|270101|0:59 MyJob|p 1");
    expect(sent.at(-1)).toBe("EXPIRE h|MyJob-1-0:59 28800");
  });

  test.each([
    { generations: [], layouts: [8] },
    { generations: [6], layouts: [8] },
    { generations: [7], layouts: [7] },
    { generations: [6, 7], layouts: [7] },
    { generations: [8], layouts: [8] },
    { generations: [7, 8], layouts: [7, 8] },
    { generations: [9], layouts: [8] },
  ])("are for the pages of $layouts when $generations are there", async ({ generations, layouts }) => {
    const sent = (await commandsAt(EARLY, generations)).join("\n");

    expect(sent.includes("j|20261105|8:4 ")).toBe(layouts.includes(7));
    expect(sent.includes("j|261105|8:04 ")).toBe(layouts.includes(8));
  });

  test("are not written when nothing has run", async () => {
    const redis = {} as Redis;

    await expect(writeMetrics(redis, new Map(), new Set(), new Date())).resolves.toBeUndefined();
  });
});
