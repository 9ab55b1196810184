/** Looking for a job by its jid in a long set: the rest of the set stays in Redis. */
import { ApiConnection, DeadSet, RetrySet } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { seek } from "../../support/inside-core.ts";
import { payloadText } from "../../support/payload-text.ts";
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

const MANY = 2_500;
const payload = (i: number): string => payloadText({ jid: `j${String(i).padStart(5, "0")}` });
const fill = async (key: string, scoreOf: (i: number) => number = (i) => i): Promise<void> => {
  await redis.zadd(key, ...Array.from({ length: MANY }, (_, i) => [scoreOf(i), payload(i)]).flat());
};
/** From the highest score down. */
const inOrder = (key: string) => redis.zrevrange(key, 0, -1);

/** Has something happen before the second call of the script. */
const beforeTheSecond = (happen: () => Promise<unknown>) => {
  const call = redis.callBuffer.bind(redis) as (...args: readonly unknown[]) => Promise<unknown>;
  let calls = 0;
  const spy = vi.spyOn(redis, "callBuffer").mockImplementation(async (...args: readonly unknown[]) => {
    if (args[0] === "EVALSHA" && ++calls === 2) await happen();
    return call(...args);
  });
  onTestFinished(() => spy.mockRestore());
  return () => calls;
};

const callsOf = async (name: string): Promise<number> => {
  const stats = await redis.info("commandstats");
  return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
};

describe("a job that is looked for by its jid", () => {
  test("is found wherever in the set it is, with its score and byte for byte", async () => {
    await fill("retry");
    const bytes = Buffer.concat([
      Buffer.from('{"jid":"odd","args":["'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"]}'),
    ]);
    await redis.zadd("retry", "1234.5", bytes);
    const set = new RetrySet({ redis });

    const found = await set.findJob("odd");

    expect([found?.score, found?.bytes.equals(bytes)]).toEqual([1_234.5, true]);
    for (const i of [0, 1, 1_499, 1_500, 2_499]) {
      expect((await set.findJob(`j${String(i).padStart(5, "0")}`))?.score).toBe(i);
    }
    expect(await set.findJob("j0000")).toBeUndefined();
  });

  test("costs a call for each thousand, and no more comes out of Redis than has its jid", async () => {
    await fill("dead");
    await redis.config("RESETSTAT");

    expect(await new DeadSet({ redis }).findJob("none")).toBeUndefined();

    expect(await callsOf("zscan")).toBe(0);
    expect(await callsOf("evalsha")).toBeLessThanOrEqual(4);
    const [, ...answered] = await seek(
      redis,
      { set: "dead" },
      { text: "none", rank: 0, last: "", score: "", most: 1_000, bytes: 1e6 },
    );
    expect(answered.map(String)).toEqual(["1500", "1000"]);
  });

  test.each([
    ["each its own score", (i: number) => i],
    ["one score in common", () => 7],
    ["a few scores", (i: number) => i % 3],
    ["scores beyond all numbers", (i: number) => [Infinity, -Infinity, -1.5e-7, 2e20][i % 4] ?? 0],
  ])("is not left out when others before it go or come meanwhile (%s)", async (_, scoreOf) => {
    for (const happen of [
      async (all: readonly string[]) => redis.zrem("retry", ...all.slice(0, 3)),
      async (all: readonly string[]) => redis.zrem("retry", ...all.slice(990, 1_000)),
      async () => redis.zadd("retry", "+inf", "{}", "+inf", "[]"),
      async (all: readonly string[]) => redis.zadd("retry", "-inf", all[999] ?? ""),
    ]) {
      await redis.flushdb();
      await fill("retry", scoreOf);
      const all = await inOrder("retry");
      const wanted = JSON.parse(all[1_000] ?? "") as { jid: string };
      const calls = beforeTheSecond(() => happen(all));

      const found = await new RetrySet({ redis }).findJob(wanted.jid);

      expect(found?.jid).toBe(wanted.jid);
      expect(calls()).toBeGreaterThan(1);
      vi.restoreAllMocks();
    }
  });

  test("is looked for to the end although more come before each call", async () => {
    await fill("dead");
    let come = 0;
    const call = redis.callBuffer.bind(redis) as (...args: readonly unknown[]) => Promise<unknown>;
    const spy = vi.spyOn(redis, "callBuffer").mockImplementation(async (...args: readonly unknown[]) => {
      for (let i = 0; args[0] === "EVALSHA" && i < 5; i++)
        await redis.zadd("dead", 1e6 + ++come, payload(MANY + come));
      return call(...args);
    });
    onTestFinished(() => spy.mockRestore());

    expect((await new DeadSet({ redis }).findJob("j00000"))?.score).toBe(0);
    expect(await new DeadSet({ redis }).findJob("none")).toBeUndefined();

    // Three calls each, or four, of which the first may be asked for once more with its text.
    expect(come).toBeLessThanOrEqual(5 * 9);
  });

  test("is looked for no further when the set is gone meanwhile, or nobody wants it any more", async () => {
    await fill("retry");
    const enough = new AbortController();
    beforeTheSecond(() => redis.del("retry"));

    expect(await new RetrySet({ redis }).findJob("none")).toBeUndefined();

    vi.restoreAllMocks();
    await fill("retry");
    const calls = beforeTheSecond(async () => enough.abort(new Error("enough")));
    const look = new RetrySet({ redis }).findJob("none", { signal: enough.signal });
    await expect(look).rejects.toThrow("enough");
    expect(calls()).toBe(2);
  });

  test("among large ones keeps Redis for fewer at once", async () => {
    const large = Array.from({ length: 60 }, (_, i) => [i, payloadText({ args: ["x".repeat(50_000)], i })]);
    await redis.zadd("dead", ...large.flat());
    const args = { text: "none", rank: 0, last: "", score: "", most: 1_000, bytes: 524_288 };

    const [, , looked] = await seek(redis, { set: "dead" }, args);

    expect(Number(looked)).toBeLessThanOrEqual(11);
    expect(await new DeadSet({ redis }).findJob("none")).toBeUndefined();
  });

  test("is found by a user who may run no scripts as well, and Redis refuses one once", async () => {
    await fill("retry");
    await redis.acl("SETUSER", "reader", "reset", "on", ">password", "~*", "+@all", "-evalsha", "-eval");
    onTestFinished(async () => {
      await redis.acl("DELUSER", "reader");
    });
    await redis.acl("LOG", "RESET");
    await using api = new ApiConnection({
      redis: { host: "127.0.0.1", port: server.port, username: "reader", password: "password" },
    });

    expect((await new RetrySet(api).findJob("j00700"))?.score).toBe(700);
    expect((await new RetrySet(api).findJob("j00800"))?.score).toBe(800);

    expect(await redis.acl("LOG")).toHaveLength(1);
    expect(await redis.acl("LOG")).toMatchObject([expect.arrayContaining(["count", 1])]);
  });

  test("under a key that holds something else is said so", async () => {
    await redis.set("dead", "no set");

    await expect(new DeadSet({ redis }).findJob("j00001")).rejects.toThrow("WRONGTYPE");
  });
});
