/** Messages of jobs that are none of ours: an idle worker is kept from looking again and again. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { taken, Watchers } from "../support/watchers.ts";

const watchers = new Watchers();
let elsewhere: Redis;
beforeAll(async () => {
  elsewhere = watchers.server.client();
  await elsewhere.select(1);
});
afterAll(() => elsewhere.del("queue:q3"));

const PUSHES = 3_000;

test.each<readonly [whose: string, push: () => Promise<unknown>]>([
  // Redis tells of keys, whatever their database.
  ["another database of the server has", () => elsewhere.lpush("queue:q3", "theirs")],
  [
    "somebody else takes as they come",
    () => watchers.redis.multi().lpush("queue:q3", "theirs").rpop("queue:q3").exec(),
  ],
])("jobs that %s make an idle worker look no oftener than one that is told nothing", async (_, push) => {
  const one = await watchers.start({ way: "tracking" });
  await watchers.untilRegistered(16);
  await taken(await watchers.push("q3"), [one]);
  await watchers.redis.config("RESETSTAT");
  const startedAt = performance.now();

  for (let i = 0; i < PUSHES; i++) await push();

  // A few at once, ten a second then, and the lease once a second. If each led to a look it would be one a millisecond.
  const elapsedMs = performance.now() - startedAt;
  expect(await watchers.calls("evalsha")).toBeLessThan(20 + elapsedMs / 50);
  for (let i = 0; i < 3; i++) await taken(await watchers.push("q3"), [one]);
  expect(one.texts).not.toContain("theirs");
});
