import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { JobSet, SortedEntry } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
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

const listed = async (set: JobSet): Promise<SortedEntry[]> => {
  const entries: SortedEntry[] = [];
  for await (const entry of set) entries.push(entry);
  return entries;
};
const jids = (entries: readonly SortedEntry[]): (string | undefined)[] => entries.map(({ jid }) => jid);

/** Adds jobs with the jids `0`, `1` … and these scores. */
const addNumbered = async (key: string, scores: readonly number[]): Promise<void> => {
  await redis.zadd(key, ...scores.flatMap((score, i) => [score, `{"class":"J","args":[],"jid":"${i}"}`]));
};

describe("listing a large set", () => {
  const seconds = Array.from({ length: 777 }, (_, i) => i);

  test("brings every entry once, highest score first", async () => {
    await addNumbered("retry", seconds);

    expect(jids(await listed(new RetrySet({ redis })))).toEqual(seconds.map(String).reverse());
  });

  test("brings every entry once when all have the same score", async () => {
    await addNumbered(
      "retry",
      seconds.map(() => 7),
    );

    const found = jids(await listed(new RetrySet({ redis })));

    expect(found).toHaveLength(777);
    expect(new Set(found).size).toBe(777);
  });

  test.each([
    ["each its own score", (i: number) => i],
    ["one score in common", () => 7],
    ["a few scores", (i: number) => i % 3],
  ])("brings every entry once while its reader deletes them (%s)", async (_, scoreOf) => {
    await addNumbered("retry", seconds.map(scoreOf));
    const found: (string | undefined)[] = [];

    for await (const entry of new RetrySet({ redis })) {
      found.push(entry.jid);
      await entry.delete();
    }

    expect(found).toHaveLength(777);
    expect(new Set(found).size).toBe(777);
    await expect(redis.exists("retry")).resolves.toBe(0);
  });

  test("brings what stays exactly once while others add and remove", async () => {
    await addNumbered("retry", seconds);
    const found: (string | undefined)[] = [];

    for await (const entry of new RetrySet({ redis })) {
      found.push(entry.jid);
      const n = found.length;
      if (n % 30 === 0) await redis.zadd("retry", 10_000 + n, `{"class":"New","jid":"new-${n}"}`);
      if (n % 70 === 0) await redis.zremrangebyrank("retry", 0, 4);
      if (n % 90 === 0) await redis.zremrangebyrank("retry", -20, -11);
    }

    expect(new Set(found).size).toBe(found.length);
    const left = jids(await listed(new RetrySet({ redis }))).filter((jid) => !jid?.startsWith("new"));
    expect(found).toEqual(expect.arrayContaining(left));
  });
});

describe("looking for entries", () => {
  beforeEach(() =>
    addNumbered(
      "dead",
      Array.from({ length: 300 }, (_, i) => Math.floor(i / 150)),
    ),
  );

  test("goes by a part of the text, or by a pattern", async () => {
    const found = async (match: string): Promise<number> => {
      let count = 0;
      for await (const entry of new DeadSet({ redis }).scan(match)) count += entry.jid ? 1 : 0;
      return count;
    };

    await expect(found('"jid":"29')).resolves.toBe(11);
    await expect(found('*"jid":"29?"*')).resolves.toBe(10);
    await expect(found("no such")).resolves.toBe(0);
  });

  test("ends by a signal, also where nothing matches", async () => {
    const looking = new AbortController();
    const calls = vi.spyOn(redis, "zscanBuffer").mockImplementationOnce(async () => {
      looking.abort(new Error("enough"));
      return [Buffer.from("7"), []];
    });
    onTestFinished(() => calls.mockRestore());

    const found = new DeadSet({ redis }).scan("no such", { signal: looking.signal });

    await expect(found.next()).rejects.toThrow("enough");
    expect(calls).toHaveBeenCalledTimes(1);
  });

  test.each(["a*b", "a[b]c?", 'quo"te', "back\\slash", "é ü", "new\nline"])(
    "finds the jid %j, whatever a pattern makes of it",
    async (jid) => {
      await redis.zadd(
        "dead",
        9,
        JSON.stringify({ class: "J", jid }),
        9,
        JSON.stringify({ class: "J", jid: "ab" }),
      );

      await expect(new DeadSet({ redis }).findJob(jid)).resolves.toMatchObject({ jid, score: 9 });
    },
  );

  test("goes by the exact score, and the jid if one is named", async () => {
    const set = new DeadSet({ redis });

    await expect(set.fetch(1)).resolves.toHaveLength(150);
    expect(jids(await set.fetch(1, "299"))).toEqual(["299"]);
    await expect(set.fetch(1, "3")).resolves.toEqual([]);
    await expect(set.fetch(0.5)).resolves.toEqual([]);
  });

  test("brings those of a range of scores, lowest first, both ends included", async () => {
    await addNumbered("retry", [10, 20, 20, 30, 40.5, 50]);
    const set = new RetrySet({ redis });

    expect(jids(await set.fetch({ from: 20, to: 40.5 }))).toEqual(["1", "2", "3", "4"]);
    expect(jids(await set.fetch({ from: new Date(30_000) }))).toEqual(["3", "4", "5"]);
    expect(jids(await set.fetch({ to: new Date(10_000) }))).toEqual(["0"]);
    expect(jids(await set.fetch({ from: 20, to: 30 }, "2"))).toEqual(["2"]);
    expect(jids(await set.fetch({}))).toHaveLength(6);
    expect(jids(await set.fetch({ from: 41, to: 49 }))).toEqual([]);
  });

  test.each([
    Number.NaN,
    "5",
    null,
    [1, 2],
    new Date(5_000),
    { from: "now" },
    { form: 5 },
    { to: new Date("never") },
  ])("refuses %o as scores", async (scores) => {
    // From JavaScript anything can come.
    await expect(new RetrySet({ redis }).fetch(scores as number)).rejects.toMatchObject({
      code: "TSQ_CONFIG",
    });
  });

  test("goes by pages from either end", async () => {
    const set = new DeadSet({ redis });

    const { total, items } = await set.page({ offset: 295, limit: 10 });
    expect(total).toBe(300);
    expect(items).toHaveLength(5);
    expect((await set.page({ limit: 2 })).items.map(({ score }) => score)).toEqual([0, 0]);
    expect((await set.page({ limit: 2, order: "desc" })).items.map(({ score }) => score)).toEqual([1, 1]);
  });
});

describe("all at once", () => {
  const fill = async (key: string): Promise<void> => {
    await addNumbered(
      key,
      Array.from({ length: 250 }, (_, i) => i),
    );
    await redis.zadd(key, -1, "not json", 1.5, "[1]", 400, "null");
  };

  test("the retry set is retried, lowest score first, but for what is no job", async () => {
    await fill("retry");

    await expect(new RetrySet({ redis }).retryAll()).resolves.toBe(250);

    const oldestFirst = (await redis.lrange("queue:default", 0, -1)).reverse();
    expect(oldestFirst.map((text) => (JSON.parse(text) as { jid: string }).jid)).toEqual(
      Array.from({ length: 250 }, (_, i) => String(i)),
    );
    await expect(redis.zrange("retry", 0, "-1")).resolves.toEqual(["not json", "[1]", "null"]);
  });

  test("the retry set is killed, malformed entries too", async () => {
    await fill("retry");

    await expect(new RetrySet({ redis }).killAll()).resolves.toBe(253);

    await expect(redis.exists("retry")).resolves.toBe(0);
    await expect(redis.zcard("dead")).resolves.toBe(253);
  });

  test("the schedule is enqueued, each job on its own queue", async () => {
    await redis.zadd("schedule", 1, '{"class":"J","queue":"a"}', 2, '{"class":"J","queue":"b"}');

    await expect(new ScheduledSet({ redis }).addAllToQueue()).resolves.toBe(2);

    expect((await redis.smembers("queues")).toSorted()).toEqual(["a", "b"]);
    await expect(redis.llen("queue:a")).resolves.toBe(1);
    await expect(redis.llen("queue:b")).resolves.toBe(1);
  });

  test("the dead set is retried", async () => {
    await fill("dead");

    await expect(new DeadSet({ redis }).retryAll()).resolves.toBe(250);

    await expect(redis.llen("queue:default")).resolves.toBe(250);
  });

  test("two who retry all at the same time enqueue each job once", async () => {
    await fill("retry");

    const moved = await Promise.all([
      new RetrySet({ redis: server.client() }).retryAll(),
      new RetrySet({ redis: server.client() }).retryAll(),
    ]);

    expect(moved[0] + moved[1]).toBe(250);
    const texts = await redis.lrange("queue:default", 0, -1);
    expect(new Set(texts.map((text) => (JSON.parse(text) as { jid: string }).jid)).size).toBe(250);
    expect(texts).toHaveLength(250);
  });

  test("a set is cleared", async () => {
    await fill("retry");

    await expect(new RetrySet({ redis }).clear()).resolves.toBe(253);

    await expect(redis.exists("retry")).resolves.toBe(0);
  });
});

describe("the dead set", () => {
  test("takes anything, and is trimmed as Sidekiq trims it", async () => {
    const old = Date.now() / 1000 - 200 * 86_400;
    await redis.zadd("dead", old, "too old");
    const set = new DeadSet({ redis, deadMaxJobs: 3 });

    for (const payload of ["a", Buffer.from([0x62, 0xff]), "c"]) await set.kill(payload);

    const left = await redis.zrangeBuffer("dead", 0, "-1");
    expect(left.map((member) => member.toString("latin1"))).toEqual(["b\u00FF", "c"]);
  });

  test("refuses limits that would empty it", () => {
    expect(() => new DeadSet({ redis, deadMaxJobs: 0 })).toThrow(
      expect.objectContaining({ code: "TSQ_CONFIG" }),
    );
  });
});
