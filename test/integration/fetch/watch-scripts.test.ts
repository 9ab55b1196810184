/** lua/core/watch.lua and ring.lua by themselves: who looks after the queues of idle capsules, and who is called to. */
import { ring, watch, type Redis } from "@tsq/core/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const ROLE = { standsBy: 0, deputy: 1, watchman: 2, watchmanWithDeputy: 3 };

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

interface Ask {
  readonly turn?: number;
  readonly isCalled?: boolean;
  readonly staleWatchman?: string;
  readonly staleDeputy?: string;
}

const ask = (
  me: string,
  { turn = 1, isCalled = false, staleWatchman = "", staleDeputy = "" }: Ask = {},
): Promise<readonly [role: number, watchman: string | null, deputy: string | null]> =>
  watch(
    redis,
    { watchman: "watchman", deputy: "deputy" },
    { me, turn, leaseMs: 60_000, isCalled: Number(isCalled), staleWatchman, staleDeputy },
  );

const leases = (): Promise<readonly (string | null)[]> => redis.mget("watchman", "deputy");

describe("of those that ask to look after the queues", () => {
  test("the first is watchman, the second deputy, and all others stand by, however similar their names", async () => {
    expect(await ask("ab")).toEqual([ROLE.watchman, null, null]);
    expect(await ask("abc")).toEqual([ROLE.deputy, "ab 1", null]);
    expect(await ask("a")).toEqual([ROLE.standsBy, "ab 1", "abc 1"]);

    expect(await leases()).toEqual(["ab 1", "abc 1"]);
    for (const lease of ["watchman", "deputy"]) expect(await redis.pttl(lease)).toBeGreaterThan(50_000);
  });

  test("the two that hold a lease renew it", async () => {
    await ask("a");
    expect(await ask("a", { turn: 2 })).toEqual([ROLE.watchman, "a 1", null]);
    await ask("b");

    expect(await ask("a", { turn: 3 })).toEqual([ROLE.watchmanWithDeputy, "a 2", "b 1"]);
    expect(await ask("b", { turn: 2 })).toEqual([ROLE.deputy, "a 3", "b 1"]);

    expect(await leases()).toEqual(["a 3", "b 2"]);
  });

  test("the deputy becomes watchman when there is none, and somebody else deputy", async () => {
    await redis.set("deputy", "b 1");

    expect(await ask("b", { turn: 2 })).toEqual([ROLE.watchman, null, "b 1"]);

    expect(await leases()).toEqual(["b 2", null]);
  });

  test("one who comes when there is only a deputy becomes watchman beside it", async () => {
    await redis.set("deputy", "b 1");

    expect(await ask("a")).toEqual([ROLE.watchmanWithDeputy, null, "b 1"]);

    expect(await leases()).toEqual(["a 1", "b 1"]);
  });

  test("one takes over what nobody has renewed, and not what has been renewed since", async () => {
    await redis.mset("watchman", "a 2", "deputy", "b 2");

    expect(await ask("c", { staleWatchman: "a 1", staleDeputy: "b 1" })).toEqual([
      ROLE.standsBy,
      "a 2",
      "b 2",
    ]);
    expect(await ask("c", { staleDeputy: "b 2" })).toEqual([ROLE.deputy, "a 2", "b 2"]);
    expect(await ask("d", { staleWatchman: "a 2" })).toEqual([ROLE.watchmanWithDeputy, "a 2", "c 1"]);
    expect(await ask("e", { staleWatchman: "d 1", staleDeputy: "c 1" })).toEqual([
      ROLE.watchman,
      "d 1",
      "c 1",
    ]);
    expect(await leases()).toEqual(["e 1", "c 1"]);
  });

  test("what is kept for whoever is called is for one that was called, and for no other", async () => {
    await redis.mset("watchman", "?", "deputy", "b 1");
    expect(await ask("c")).toEqual([ROLE.standsBy, "?", "b 1"]);

    expect(await ask("d", { isCalled: true })).toEqual([ROLE.watchmanWithDeputy, "?", "b 1"]);
    expect(await ask("e", { isCalled: true })).toEqual([ROLE.standsBy, "d 1", "b 1"]);
  });
});

describe("the bell", () => {
  const rung = (me: string, how: string): Promise<number> =>
    ring(
      redis,
      { watchman: "watchman", deputy: "deputy", bell: "bell" },
      { me, how, turn: 7, leaseMs: 60_000 },
    );
  const held = async (watchman: string | undefined, deputy: string | undefined): Promise<void> => {
    if (watchman) await redis.set("watchman", watchman);
    if (deputy) await redis.set("deputy", deputy);
  };

  test("is rung by a watchman that hands its lease on to whoever comes, but not for long", async () => {
    await held("a 1", "b 1");

    expect(await rung("a", "handOn")).toBe(1);

    expect(await redis.get("deputy")).toBe("b 1");
    expect(["?", null]).toContain(await redis.get("watchman"));
    expect(await redis.pttl("watchman")).toBeLessThanOrEqual(100);
    expect(await redis.lrange("bell", 0, -1)).toEqual(["1"]);
    expect(await redis.ttl("bell")).toBeGreaterThan(0);
  });

  test("is rung by who gives back its lease, which is gone then, and that of the other one stays", async () => {
    await held("a 1", "b 1");
    expect(await rung("a", "giveBack")).toBe(1);
    expect(await leases()).toEqual([null, "b 1"]);

    await held("a 1", "b 1");
    expect(await rung("b", "giveBack")).toBe(1);
    expect(await leases()).toEqual(["a 1", null]);
  });

  test("is rung by a deputy that becomes watchman", async () => {
    await held("a 1", "b 1");

    expect(await rung("b", "takeOver")).toBe(1);

    expect(await leases()).toEqual(["b 7", null]);
    expect(await redis.pttl("watchman")).toBeGreaterThan(50_000);
  });

  test("calls one, however often it is rung, and by who has no lease", async () => {
    await held("a 1", "b 1");

    for (let times = 0; times < 2; times++) expect(await rung("c", "pass")).toBe(1);

    expect(await redis.lrange("bell", 0, -1)).toEqual(["1"]);
    expect(await leases()).toEqual(["a 1", "b 1"]);
  });

  test.each([
    { me: "a", how: "handOn", watchman: "a 1", deputy: undefined },
    { me: "b", how: "handOn", watchman: "a 1", deputy: "b 1" },
    { me: "a", how: "takeOver", watchman: "a 1", deputy: "b 1" },
    { me: "c", how: "giveBack", watchman: "a 1", deputy: "b 1" },
    { me: "c", how: "giveBack", watchman: undefined, deputy: undefined },
  ])("is not rung for $how by `$me` of $watchman and $deputy", async ({ me, how, watchman, deputy }) => {
    await held(watchman, deputy);

    expect(await rung(me, how)).toBe(0);

    expect(await redis.exists("bell")).toBe(0);
    expect(await leases()).toEqual([watchman ?? null, deputy ?? null]);
  });
});
