/** lua/cron/claim.lua, takeover.lua and conclude.lua by themselves: whose an instant is, and when it is another's turn. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { claim, conclude, takeover } from "../../support/inside-cron.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const CLAIMS = "tsq:cron:claims";
const [RUNS, WAITING] = ["tsq:cron:runs", "tsq:cron:waiting"] as const;

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

test("an instant is whose who asks first, and nobody's who asks then", async () => {
  const asks = (who: string): Promise<number> =>
    claim(
      redis,
      { fired: "fired", claims: CLAIMS },
      { score: "5", tick: "tick", field: "field", claim: who },
    );

  expect([await asks("first"), await asks("second")]).toEqual([1, 0]);

  expect(await redis.hgetall(CLAIMS)).toEqual({ field: "first" });
  expect(await redis.ttl(CLAIMS)).toBeGreaterThan(80_000);
  expect(await redis.zrange("fired", "0", "-1", "WITHSCORES")).toEqual(["tick", "5"]);
});

describe("a claim", () => {
  const run = (before: string, after: string): Promise<number> =>
    takeover(redis, { claims: CLAIMS }, { field: "field", before, after });
  beforeEach(() => redis.hset(CLAIMS, "field", "theirs"));

  test("is taken over as it was seen, and not when it is another's by then", async () => {
    expect(await run("another's", "mine")).toBe(0);
    expect(await redis.hget(CLAIMS, "field")).toBe("theirs");

    expect(await run("theirs", "mine")).toBe(1);
    expect(await redis.hget(CLAIMS, "field")).toBe("mine");
  });

  test("is given up by who has it", async () => {
    expect(await run("another's", "")).toBe(0);
    expect(await redis.hget(CLAIMS, "field")).toBe("theirs");

    expect(await run("theirs", "")).toBe(1);
    expect(await redis.exists(CLAIMS)).toBe(0);
  });
});

describe("the end of a run", () => {
  const run = (jid = "jid"): Promise<string> =>
    conclude(
      redis,
      { runs: RUNS, waiting: WAITING, claims: CLAIMS },
      { entry: "entry", jid, run: `done ${jid} 9`, claim: "mine" },
    );

  test("is written down, and nothing is taken when nothing waits", async () => {
    await redis.hset(RUNS, "entry", "running jid 5");

    expect(await run()).toBe("");

    expect(await redis.hget(RUNS, "entry")).toBe("done jid 9");
    expect(await redis.exists(CLAIMS)).toBe(0);
  });

  test("is the turn of the instant that waits for it", async () => {
    await redis.hset(RUNS, "entry", "running jid 5");
    await redis.hset(WAITING, { entry: "field", other: "theirs" });

    expect(await run()).toBe("field");

    expect(await redis.hgetall(WAITING)).toEqual({ other: "theirs" });
    expect(await redis.hgetall(CLAIMS)).toEqual({ field: "mine" });
    expect(await redis.ttl(CLAIMS)).toBeGreaterThan(80_000);
  });

  test.each([["running later 5"], [undefined]])(
    "that is not the last one's (%s) changes nothing",
    async (last) => {
      if (last) await redis.hset(RUNS, "entry", last);
      await redis.hset(WAITING, "entry", "field");

      expect(await run()).toBe("");

      expect(await redis.hget(RUNS, "entry")).toBe(last ?? null);
      expect(await redis.hget(WAITING, "entry")).toBe("field");
      expect(await redis.exists(CLAIMS)).toBe(0);
    },
  );
});
