/** The counters of the metrics pages, beside those of the Sidekiqs whose layouts they have (WIRE §8). */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "@tsq/core/protocol";
import { Metrics, writeMetrics } from "../../support/inside-worker.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { vector } from "../../support/vectors.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

/** What the jobs of the vectors took, whose sums they hold. */
const VECTORS = [
  { version: "7.3.2", generation: 7, slowMs: [127, 127, 127, 382] },
  { version: "8.1.7", generation: 8, slowMs: [128, 128, 128, 382] },
];

const counted = (slowMs: readonly number[]) => {
  const metrics = new Metrics();
  for (let i = 0; i < 5; i++) metrics.succeeded("SimpleJob", 0.4);
  for (const ms of slowMs) metrics.succeeded("SlowJob", ms);
  for (let i = 0; i < 2; i++) metrics.failed("FailJob");
  return metrics.take().classes;
};

const isCounter = (key: string): boolean => /^j\||^h\||-23-16:33$/.test(key);

test.each(VECTORS)("are byte for byte those of Sidekiq $version", async ({ version, generation, slowMs }) => {
  const { keys, captured_at: at } = vector("metrics", version);

  // Sidekiq wrote them in the minute in which it was looked at.
  await writeMetrics(redis, counted(slowMs), new Set([generation]), new Date(at * 1_000));

  const expected = Object.entries(keys).filter(([key]) => isCounter(key));
  expect(new Set(await redis.keys("*"))).toEqual(new Set(expected.map(([key]) => key)));
  for (const [key, stored] of expected) {
    if (stored.type === "hash") expect(await redis.hgetall(key)).toEqual(stored.value);
    else expect({ base64: (await redis.getBuffer(key))?.toString("base64") }).toEqual(stored.value);
    expect(Math.abs((await redis.ttl(key)) - stored.ttl)).toBeLessThan(30);
  }
});

test("add up over beats, and are kept in both layouts while both are there", async () => {
  const both = new Set([7, 8]);
  const at = new Date("2026-11-23T16:33:00Z");

  for (let beats = 0; beats < 2; beats++) await writeMetrics(redis, counted([127]), both, at);

  for (const key of ["j|20261123|16:33", "j|261123|16:33", "j|261123|16:3"]) {
    expect(await redis.hmget(key, "SlowJob|p", "SlowJob|ms", "FailJob|f")).toEqual(["2", "254", "4"]);
  }
  expect(await redis.bitfield("h|SlowJob-23-16:33", "GET", "u16", "#5")).toEqual([2]);
  expect(await redis.bitfield("SlowJob-23-16:33", "GET", "u16", "#5")).toEqual([2]);
});
