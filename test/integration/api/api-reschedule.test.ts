/** An entry of a set after it was given another time. */
import { RetrySet } from "@tsq/core/api";
import type { SortedEntry } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let set: RetrySet;
let entry: SortedEntry;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushdb();
  await redis.zadd("retry", 1795451521.8561513, '{"class":"J","args":[],"jid":"j1"}');
  set = new RetrySet({ redis });
  entry = (await set.page()).items[0] as SortedEntry;
});

test("an entry is of its new time as soon as it has one", async () => {
  await entry.reschedule(new Date("2030-01-01T00:00:00.250Z"));

  expect(entry.score).toBe(1893456000.25);
  expect(entry.at).toEqual(new Date("2030-01-01T00:00:00.250Z"));
  expect(entry.id).toBe("1893456000.25-j1");
  await expect(set.findEntry(entry.id)).resolves.toMatchObject({ score: 1893456000.25 });
});

test("an entry that was gone, or was given no time, keeps the one it had", async () => {
  const { score, id } = entry;

  await expect(entry.reschedule(Number.NaN)).rejects.toMatchObject({ code: "TSQ_INVALID_JOB" });
  await set.clear();
  await expect(entry.reschedule(4102444800)).resolves.toBe(false);

  expect([entry.score, entry.id]).toEqual([score, id]);
});
