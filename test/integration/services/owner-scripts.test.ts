/** lua/core/register.lua and announce.lua by themselves: who is written down as an owner of jobs, and who no more. */
import { register, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { announce } from "../../support/inside-core.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const OWNERS = "tsq:owners";
const BEAT = "web:1:abc";
const [FIRST, SECOND, THIRD] = [`${BEAT}~default~0`, `${BEAT}~default~1`, `${BEAT}~default~2`] as const;

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const inFlight = (owner: string): string => `tsq:in-flight:${owner}`;

test("an owner that registers is written down, is alive, and has its hash", async () => {
  const added = await register(
    redis,
    { owners: OWNERS, inFlight: inFlight(FIRST), beat: BEAT },
    { owner: FIRST, queues: '["a"]', now: "5", fields: ["#0", "4", "#1", "3"] },
  );

  expect(added).toBe(2);
  expect(await redis.hgetall(OWNERS)).toEqual({ [FIRST]: '["a"]' });
  expect(await redis.hgetall(inFlight(FIRST))).toEqual({ "#0": "4", "#1": "3" });
  expect(await redis.hgetall(BEAT)).toEqual({ beat: "5" });
  expect(await redis.ttl(BEAT)).toBeGreaterThan(50);
});

describe("an owner that is announced", () => {
  const run = (): Promise<number> =>
    announce(
      redis,
      { owners: OWNERS, formers: [inFlight(FIRST)] },
      { owner: SECOND, queues: '["a"]', next: THIRD, formers: [FIRST] },
    );

  test("is written down, and what it was before no more, when nothing is left of that", async () => {
    await redis.hset(OWNERS, FIRST, '["a"]');

    expect(await run()).toBe(1);

    expect(await redis.hgetall(OWNERS)).toEqual({ [SECOND]: '["a"]' });
  });

  test("is written down beside what it was, as long as that has jobs", async () => {
    await redis.hset(OWNERS, FIRST, '["a"]');
    await redis.hset(inFlight(FIRST), "00", "job");

    expect(await run()).toBe(1);

    expect(await redis.hgetall(OWNERS)).toEqual({ [FIRST]: '["a"]', [SECOND]: '["a"]' });
  });

  test("and has become the next one since is not written down any more", async () => {
    await redis.hset(OWNERS, { [FIRST]: '["a"]', [THIRD]: '["a"]' });

    expect(await run()).toBe(0);

    expect((await redis.hkeys(OWNERS)).toSorted()).toEqual([FIRST, THIRD]);
  });
});
