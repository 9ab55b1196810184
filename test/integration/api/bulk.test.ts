/** Repairing many jobs at once: what a filter means or a selection, each by itself, and nothing that came later. */
import { ConfigError, FilterError, InvalidJobError } from "@tsq/core";
import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { BulkReport } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

const HOUR_AGO = Date.now() - 3_600_000;

/** Jobs of the classes A, B and C in turn, all of which failed an hour ago. */
const texts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) =>
    payloadText({
      jid: `j${i}`,
      class: "ABC"[i % 3],
      queue: `q${i % 2}`,
      failed_at: HOUR_AGO,
      retry_count: 2,
    }),
  );

const fill = async (key: string, count: number): Promise<void> => {
  await redis.zadd(key, ...texts(count).flatMap((text, i) => [HOUR_AGO / 1_000 + Math.floor(i / 4), text]));
};

const jidsOn = async (queue: string): Promise<readonly string[]> =>
  (await redis.lrange(`queue:${queue}`, 0, -1)).map((text) => (JSON.parse(text) as { jid: string }).jid);

describe("bulk work on a set", () => {
  test("of nothing does nothing", async () => {
    const bulk = new DeadSet({ redis }).bulk();

    expect(await bulk.preview()).toMatchObject({ count: 0, total: 0, upTo: -Infinity });
    expect(await bulk.retry()).toEqual({
      done: 0,
      gone: 0,
      skipped: 0,
      unsure: 0,
      looked: 0,
      isAborted: false,
    });
  });

  test("deletes both of two entries with one jid, however far apart they are", async () => {
    await fill("dead", 900);
    await redis.zadd("dead", 1, payloadText({ jid: "j899", class: "D" }));

    expect(await new DeadSet({ redis }).bulk().delete()).toMatchObject({ done: 901 });
    expect(await redis.zcard("dead")).toBe(0);
  });

  test("is done to all that the filter means, in hundreds, and to nothing else", async () => {
    await fill("dead", 900);
    const told: BulkReport[] = [];

    const report = await new DeadSet({ redis })
      .bulk({ filter: "class:A" })
      .retry({ onProgress: (one) => told.push(one) });

    expect(report).toEqual({ done: 300, gone: 0, skipped: 0, unsure: 0, looked: 900, isAborted: false });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(new Set([...(await jidsOn("q0")), ...(await jidsOn("q1"))]).size).toBe(300);
    expect(await redis.zcard("dead")).toBe(600);
    expect((await new DeadSet({ redis }).facets()).class.values.map(({ value }) => value)).toEqual([
      "B",
      "C",
    ]);
  });

  test.each<[string, (set: RetrySet) => Promise<BulkReport>, left: number, dead: number]>([
    ["deleted", (set) => set.bulk({ filter: "queue:q1" }).delete(), 200, 0],
    ["killed", (set) => set.bulk({ filter: "queue:q1" }).kill(), 200, 200],
    ["rescheduled", (set) => set.bulk({ filter: "queue:q1" }).reschedule(new Date(9_000)), 400, 0],
    ["moved", (set) => set.bulk({ filter: "queue:q1" }).move("other"), 400, 0],
  ])("can have them %s", async (_, act, left, dead) => {
    await fill("retry", 400);

    const report = await act(new RetrySet({ redis }));

    expect(report).toMatchObject({ done: 200, gone: 0, skipped: 0 });
    expect([await redis.zcard("retry"), await redis.zcard("dead")]).toEqual([left, dead]);
  });

  test("leaves each byte of a moved job as it was, but for the queue, and its score", async () => {
    const text = String.raw`{ "jid":"x", "queue" : "a","args":[12345678901234567, 1.0,"\u00e9"],"class":"J" }`;
    await redis.zadd("schedule", 1_795_451_241.0699701, text);

    await new ScheduledSet({ redis }).bulk().move("b");

    const moved = text.replace('"a"', '"b"');
    expect(await redis.zrange("schedule", 0, "-1")).toEqual([moved]);
    expect(Number(await redis.zscore("schedule", moved))).toBe(1_795_451_241.0699701);
  });

  test("shows beforehand what it will be done to, and leaves out what has come since", async () => {
    await fill("dead", 300);
    const set = new DeadSet({ redis });

    const {
      count,
      class: classes,
      queue,
      asOf,
      upTo,
    } = await set.bulk({ filter: "class:A class:B" }).preview();
    await set.kill(payloadText({ jid: "later", class: "A" }));
    await redis.zadd("dead", upTo, payloadText({ jid: "same-score", class: "C" }));
    const report = await set.bulk({ filter: "class:A class:B", asOf, upTo }).delete();

    expect(count).toBe(200);
    expect(classes.values).toEqual([
      { value: "A", count: 100 },
      { value: "B", count: 100 },
    ]);
    expect(queue.values.map((one) => one.count)).toEqual([100, 100]);
    expect(report.done).toBe(200);
    expect(await set.findJob("later")).toBeDefined();
    expect(await redis.zcard("dead")).toBe(102);
  });

  test("is done to what has died by a clock that is ahead, and not to what dies like that later", async () => {
    const ahead = Date.now() / 1_000 + 3_600;
    const put = (jid: string, score: number) => redis.zadd("dead", score, payloadText({ jid, class: "A" }));
    await put("past", ahead - 7_200);
    await put("ahead", ahead);
    const set = new DeadSet({ redis });

    const { count, asOf, upTo, ahead: known } = await set.bulk().preview();
    await put("later", ahead - 1_800);
    const report = await set.bulk({ asOf, upTo, ahead: known }).delete();

    expect([count, known.length, report.done]).toEqual([2, 1, 2]);
    expect((await set.page()).items.map(({ jid }) => jid)).toEqual(["later"]);
    // Without a question it is all that lies there when it begins.
    expect((await set.bulk().retry()).done).toBe(1);
  });

  test("leaves out a retry that has failed since, though it is due earlier", async () => {
    await fill("retry", 10);
    const set = new RetrySet({ redis });
    const { asOf, upTo } = await set.bulk().preview();
    const failedAt = asOf.getTime() + 1_000;
    await redis.zadd("retry", 1, payloadText({ jid: "later", failed_at: HOUR_AGO, retried_at: failedAt }));

    const report = await set.bulk({ asOf, upTo }).retry();

    expect(report.done).toBe(10);
    expect(await redis.zcard("retry")).toBe(1);
  });

  test("is done once to each of equal scores, though all stay in the set", async () => {
    await redis.zadd("retry", ...texts(700).flatMap((text) => [7, text]));

    const report = await new RetrySet({ redis }).bulk().move("a-queue-with-a-long-name");

    expect(report).toMatchObject({ done: 700, gone: 0 });
    expect((await new RetrySet({ redis }).facets()).queue.values).toHaveLength(1);
  });

  test("is done to a selection, and tells nothing of what has gone", async () => {
    await fill("dead", 20);
    const set = new DeadSet({ redis });
    const ids = (await set.page({ limit: 5 })).items.map(({ id }) => id);
    await (await set.findEntry(ids[0] ?? ""))?.delete();

    const bulk = set.bulk({ ids: [...ids, "5-nobody", "<script>"] });

    expect((await bulk.preview()).count).toBe(4);
    expect(await bulk.delete()).toMatchObject({ done: 4, gone: 0 });
    expect(await redis.zcard("dead")).toBe(15);
  });

  test("counts as gone what somebody else takes meanwhile", async () => {
    await fill("dead", 600);
    const other = new DeadSet({ redis: server.client() });

    const reports = await Promise.all([new DeadSet({ redis }).bulk().retry(), other.bulk().retry()]);

    expect(reports[0].done + reports[1].done).toBe(600);
    const jids = [...(await jidsOn("q0")), ...(await jidsOn("q1"))];
    expect([jids.length, new Set(jids).size]).toEqual([600, 600]);
  });

  test("leaves what is no job where it is, and says how many, unless it is killed or deleted", async () => {
    await redis.zadd("retry", 1, "no json", 2, "[]", 3, payloadText());
    const set = new RetrySet({ redis });

    expect(await set.bulk().move("b")).toMatchObject({ done: 1, skipped: 2 });
    expect(await set.bulk().retry()).toMatchObject({ done: 1, skipped: 2 });
    expect(await set.bulk().kill()).toMatchObject({ done: 2, skipped: 0 });
  });

  test("tells death handlers only when it is asked to", async () => {
    const told: unknown[] = [];
    const set = new RetrySet({ redis, deathHandlers: [({ jid }) => void told.push(jid)] });
    await redis.zadd("retry", 1, payloadText({ jid: "quiet" }));
    await set.bulk().kill();
    await redis.zadd("retry", 1, payloadText({ jid: "told" }));

    await set.bulk().kill({ notify: true });

    expect(told).toEqual(["told"]);
  });

  test("ends when its signal says so, and says what was done", async () => {
    await fill("dead", 600);
    const controller = new AbortController();

    const report = await new DeadSet({ redis })
      .bulk()
      .delete({ onProgress: () => controller.abort(), signal: controller.signal });

    expect(report).toMatchObject({ done: 100, isAborted: true });
    expect(await redis.zcard("dead")).toBe(500);
    expect(await new DeadSet({ redis }).bulk().delete({ signal: AbortSignal.abort() })).toMatchObject({
      done: 0,
    });
    expect(await redis.zcard("dead")).toBe(500);
  });

  test("waits for nothing behind the last one", async () => {
    await fill("dead", 1);

    // For a thousand seconds, if it did.
    const report = await new DeadSet({ redis }).bulk().delete({ perSecond: 0.001 });

    expect(report).toMatchObject({ done: 1, isAborted: false });
  });

  test("goes no faster than it may, and ends in the midst of waiting", async () => {
    await fill("dead", 10);
    const controller = new AbortController();
    const beganAt = performance.now();

    const all = await new DeadSet({ redis }).bulk().delete({ perSecond: 5 });
    const tookMs = performance.now() - beganAt;
    await fill("dead", 10);
    const report = await new DeadSet({ redis })
      .bulk()
      .delete({ perSecond: 0.001, onProgress: () => controller.abort(), signal: controller.signal });

    expect(all.done).toBe(10);
    // Five at once, and five a second later.
    expect(tookMs).toBeGreaterThan(900);
    expect(report).toMatchObject({ done: 1, isAborted: true });
  });

  test.each([
    [{ filter: "clas:A" }, FilterError],
    [{ ids: "x" }, ConfigError],
    [{ asOf: 5 }, ConfigError],
    [{ upTo: "5" }, ConfigError],
    [{ fliter: "" }, ConfigError],
  ])("refuses the scope %j", (scope, error) => {
    // From JavaScript anything can come.
    expect(() => new DeadSet({ redis }).bulk(scope as object)).toThrow(error);
  });

  test("refuses a pace, a time and a queue that are none, before anything is done", async () => {
    await fill("dead", 3);
    const bulk = new DeadSet({ redis }).bulk();

    await expect(bulk.delete({ perSecond: 0 })).rejects.toThrow(ConfigError);
    await expect(bulk.reschedule(Number.NaN)).rejects.toThrow(InvalidJobError);
    await expect(bulk.move(" ")).rejects.toThrow(InvalidJobError);
    expect(await redis.zcard("dead")).toBe(3);
  });
});
