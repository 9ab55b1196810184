/** lua/cron/remove.lua, save.lua and turn.lua by themselves: what is refused before anything is written, and what is left of an entry. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { remove, save, turn } from "../../support/inside-cron.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

const ENTRY = "cron_job:default:tick";
const FIRED = `${ENTRY}:enqueued`;
const HISTORY = `${ENTRY}:jid_history`;
const SET = "cron_jobs:default";
const BESIDE = {
  policies: "tsq:cron:policies",
  runs: "tsq:cron:runs",
  waiting: "tsq:cron:waiting",
  written: "tsq:cron:written",
};

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(async () => {
  await redis.flushdb();
  await redis.sadd(SET, ENTRY);
  await redis.hset(ENTRY, "name", "tick");
});
afterAll(() => server.stop());

const wrong = (key: string, wanted: string): string =>
  `WRONGTYPE Expected ${key} to be a ${wanted}, it is a string`;

describe("an entry that is removed", () => {
  const run = (): Promise<number> =>
    remove(redis, { set: SET, entry: ENTRY, fired: FIRED, history: HISTORY, ...BESIDE }, { name: ENTRY });

  test("leaves nothing, and others what they have", async () => {
    await redis.zadd(FIRED, 1, "tick");
    await redis.lpush(HISTORY, "note");
    for (const key of Object.values(BESIDE)) await redis.hset(key, { [ENTRY]: "mine", other: "theirs" });

    expect(await run()).toBe(1);

    expect((await redis.keys("*")).toSorted()).toEqual(Object.values(BESIDE).toSorted());
    for (const key of Object.values(BESIDE)) expect(await redis.hgetall(key)).toEqual({ other: "theirs" });
    expect(await run()).toBe(0);
  });

  test("is named no more, and its key stays, where that is none of an entry", async () => {
    await redis.lpush("queue:default", "job");
    await redis.sadd(SET, "queue:default");
    const own = { fired: "queue:default:enqueued", history: "queue:default:jid_history" };

    expect(
      await remove(redis, { set: SET, entry: "queue:default", ...own, ...BESIDE }, { name: "queue:default" }),
    ).toBe(1);

    expect(await redis.smembers(SET)).toEqual([ENTRY]);
    expect(await redis.lrange("queue:default", 0, -1)).toEqual(["job"]);
  });

  test.each([[SET, "set"] as const, ...Object.values(BESIDE).map((key) => [key, "hash"] as const)])(
    "is there as it was when `%s` is no %s, which is named",
    async (key, wanted) => {
      await redis.set(key, "text");

      await expect(run()).rejects.toThrow(wrong(key, wanted));

      expect(await redis.hgetall(ENTRY)).toEqual({ name: "tick" });
    },
  );
});

describe("an entry that is saved", () => {
  const run = (plan: { status?: string; dropped?: string; tick?: string } = {}): Promise<number> =>
    save(
      redis,
      { set: SET, entry: ENTRY, fired: FIRED },
      {
        plan: { status: "", dropped: "", score: "1", tick: "tick", ...plan },
        fields: ["cron", "* * * * *", "empty", ""],
      },
    );

  test("has been fired never, and is on", async () => {
    await redis.flushdb();

    expect(await run({ dropped: "empty" })).toBe(1);

    expect(await redis.smembers(SET)).toEqual([ENTRY]);
    expect(await redis.hgetall(ENTRY)).toEqual({
      cron: "* * * * *",
      status: "enabled",
      last_enqueue_time: "",
    });
    expect(await redis.zrange(FIRED, "0", "-1", "WITHSCORES")).toEqual(["tick", "1"]);
  });

  test("again stays as others have left it", async () => {
    await redis.hset(ENTRY, { status: "disabled", last_enqueue_time: "then" });
    await redis.zadd(FIRED, 5, "another");

    expect(await run()).toBe(0);

    expect(await redis.hgetall(ENTRY)).toMatchObject({ status: "disabled", last_enqueue_time: "then" });
    expect(await redis.zrange(FIRED, "0", "-1")).toEqual(["another"]);
  });

  test("with a status has that, and of what has no instant none has fired", async () => {
    await redis.hset(ENTRY, "status", "enabled");

    await run({ status: "disabled", tick: "" });

    expect(await redis.hget(ENTRY, "status")).toBe("disabled");
    expect(await redis.exists(FIRED)).toBe(0);
  });

  test.each([
    [SET, "set"],
    [ENTRY, "hash"],
    [FIRED, "zset"],
  ])("is as it was when `%s` is no %s, which is named", async (key, wanted) => {
    await redis.flushdb();
    await redis.set(key, "text");

    await expect(run()).rejects.toThrow(wrong(key, wanted));

    expect(await redis.keys("*")).toEqual([key]);
  });
});

describe("an entry that is switched", () => {
  const run = (score = "1"): Promise<number> =>
    turn(redis, { entry: ENTRY, fired: FIRED }, { status: "disabled", score, tick: "tick" });

  test("off has no instant that counts as fired, where none is said", async () => {
    expect(await run("")).toBe(1);

    expect(await redis.hget(ENTRY, "status")).toBe("disabled");
    expect(await redis.exists(FIRED)).toBe(0);
  });

  test.each([
    [ENTRY, "hash"],
    [FIRED, "zset"],
  ])("is as it was when `%s` is no %s, which is named", async (key, wanted) => {
    await redis.set(key, "text");

    await expect(run()).rejects.toThrow(wrong(key, wanted));

    expect(await redis.exists(FIRED)).toBe(key === FIRED ? 1 : 0);
    if (key === FIRED) expect(await redis.hgetall(ENTRY)).toEqual({ name: "tick" });
  });

  test("is that while the memory is full", async () => {
    await redis.config("SET", "maxmemory", "1");
    try {
      expect(await run()).toBe(1);
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }

    expect(await redis.hget(ENTRY, "status")).toBe("disabled");
    expect(await redis.zrange(FIRED, "0", "-1", "WITHSCORES")).toEqual(["tick", "1"]);
  });

  test("is no other hash that the set names, a process say", async () => {
    await redis.hset("web:1:abc", "beat", 1);

    expect(
      await turn(
        redis,
        { entry: "web:1:abc", fired: "web:1:abc:enqueued" },
        { status: "disabled", score: "1", tick: "tick" },
      ),
    ).toBe(0);

    expect(await redis.hgetall("web:1:abc")).toEqual({ beat: "1" });
    expect(await redis.exists("web:1:abc:enqueued")).toBe(0);
  });

  test("and was deleted before is left alone", async () => {
    await redis.del(ENTRY);

    expect(await run()).toBe(0);

    expect(await redis.exists(ENTRY, FIRED)).toBe(0);
  });
});
