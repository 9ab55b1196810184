import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { JobSet, SortedEntry } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadVector } from "../../support/load-vector.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { GENERATIONS, vector } from "../../support/vectors.ts";

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

const NO_UTF8 = Buffer.concat([
  Buffer.from('{"class":"J","args":["'),
  Buffer.from([0xff, 0xc3]),
  Buffer.from('"],"jid":"bytes","queue":"default","retry":true,"created_at":1.5,"retry_count":1}'),
]);

describe.each(GENERATIONS)("sets that Sidekiq %s filled", (version) => {
  test.each(["retry", "dead", "weird", "scheduled"])(
    "are listed, highest score first (%s)",
    async (scenario) => {
      await loadVector(redis, scenario, version);

      for (const set of [new RetrySet({ redis }), new DeadSet({ redis }), new ScheduledSet({ redis })]) {
        const stored = vector(scenario, version).keys[set.key];
        const members = stored?.type === "zset" ? stored.value : [];
        const entries = await listed(set);

        expect(entries.map(({ score }) => score)).toEqual(
          members.map(([, score]) => Number(score)).reverse(),
        );
        expect(entries.every(({ payload, error }) => (payload === undefined) !== (error === undefined))).toBe(
          true,
        );
        await expect(set.size()).resolves.toBe(members.length);
      }
    },
  );

  test("give up their times, their errors and their stacks", async () => {
    await loadVector(redis, "retry", version);

    const entries = await listed(new RetrySet({ redis }));
    const entry = entries.find(({ payload }) => payload?.["error_message"] === "boom café");

    expect(entry?.displayClass).toBe("FailJob");
    expect(entry?.failedAt?.toISOString()).toMatch(/^2026-11-23T/);
    expect(entry?.createdAt?.toISOString()).toMatch(/^2026-11-23T/);
    expect(entry?.backtrace?.length).toBeGreaterThan(1);
  });

  test("let a job be retried as if Ruby had done it, byte for byte", async () => {
    await loadVector(redis, "dead", version);
    const wire = version === "8.1.7" ? 8 : 7;
    const set = new RetrySet({ redis, wire });
    const [entry] = await listed(set);

    await expect(entry?.retry()).resolves.toBe(true);

    const [pushed = ""] = await redis.lrange("queue:default", 0, -1);
    const now = wire === 8 ? String.raw`\d{13}` : String.raw`\d{10}\.\d{1,3}`;
    expect(pushed).toMatch(new RegExp(`"enqueued_at":${now}[,}]`));
    const spelled = (text: string): string => text.replace(/"enqueued_at":[\d.]+/, '"enqueued_at":T');
    expect(spelled(pushed)).toBe(spelled(entry?.text.replace('"retry_count":1', '"retry_count":0') ?? ""));
    await expect(redis.smembers("queues")).resolves.toEqual(["default"]);
    await expect(set.size()).resolves.toBe(0);
  });
});

describe("an entry", () => {
  const TEXT =
    '{ "class":"J" , "args":[12345678901234567890, 1.0,[],{}],"jid":"j1","queue":"low","retry":5,' +
    '"created_at":1795451241.069,"retry_count":0,"other":1e2}';
  let set: RetrySet;
  let entry: SortedEntry;

  beforeEach(async () => {
    set = new RetrySet({ redis, wire: 8 });
    await redis.zadd("retry", "1795451521.8561513", TEXT);
    entry = (await set.findJob("j1"))!;
  });

  test("goes to its queue with one failure taken back and every other byte as it was", async () => {
    await entry.retry();

    const [pushed = ""] = await redis.lrange("queue:low", 0, -1);
    expect(pushed.replace(/"enqueued_at":\d{13}/, "")).toBe(
      `${TEXT.slice(0, -1).replace('"retry_count":0', '"retry_count":-1')},}`,
    );
    await expect(redis.smembers("queues")).resolves.toEqual(["low"]);
  });

  test("keeps its count when it is only added to its queue", async () => {
    await entry.addToQueue();

    await expect(redis.lindex("queue:low", 0)).resolves.toContain('"retry_count":0');
  });

  test("is moved by one of many who try at once", async () => {
    const others = await Promise.all(Array.from({ length: 20 }, () => set.findJob("j1")));

    const moved = await Promise.all([
      ...others.map((other) => other?.retry()),
      ...others.map((other) => other?.kill()),
      ...others.map((other) => other?.delete()),
    ]);

    expect(moved.filter(Boolean)).toHaveLength(1);
    expect((await redis.llen("queue:low")) + (await redis.zcard("dead"))).toBeLessThanOrEqual(1);
    await expect(set.size()).resolves.toBe(0);
  });

  test("dies with its bytes as they were", async () => {
    const before = Date.now() / 1000;

    await expect(entry.kill()).resolves.toBe(true);

    const [member, score] = await redis.zrange("dead", 0, "-1", "WITHSCORES");
    expect(member).toBe(TEXT);
    expect(Number(score)).toBeGreaterThanOrEqual(before);
    await expect(redis.exists("retry")).resolves.toBe(0);
  });

  test("gets another time, as a Date or in seconds", async () => {
    await expect(entry.reschedule(new Date("2030-01-01T00:00:00.250Z"))).resolves.toBe(true);
    await expect(redis.zscore("retry", TEXT)).resolves.toBe("1893456000.25");

    await expect(entry.reschedule(4102444800)).resolves.toBe(true);
    await expect(redis.zrange("retry", 0, "-1", "WITHSCORES")).resolves.toEqual([TEXT, "4102444800"]);
    await expect(entry.reschedule(Number.NaN)).rejects.toMatchObject({ code: "TSQ_INVALID_JOB" });
  });

  test("that has gone does not come back by any action", async () => {
    await redis.del("retry");

    await expect(entry.reschedule(4102444800)).resolves.toBe(false);
    await expect(entry.retry()).resolves.toBe(false);
    await expect(entry.addToQueue()).resolves.toBe(false);
    await expect(entry.kill()).resolves.toBe(false);
    await expect(entry.delete()).resolves.toBe(false);
    await expect(redis.keys("*")).resolves.toEqual([]);
  });

  test("is found again by its id, also as Ruby prints it", async () => {
    expect(entry.id).toBe("1795451521.8561513-j1");
    await expect(set.findEntry(entry.id)).resolves.toMatchObject({ score: entry.score });

    const before = entry.id;
    await entry.reschedule(4102444800);
    await expect(set.findEntry("4102444800.0-j1")).resolves.toMatchObject({ id: "4102444800-j1" });
    await expect(set.findEntry(before)).resolves.toBeUndefined();
    for (const nonsense of ["nonsense", "1.2.3-j1"]) {
      await expect(set.findEntry(nonsense)).resolves.toBeUndefined();
    }
  });
});

describe("an odd entry", () => {
  test("without a jid has an id of its own, and gets a jid when it is queued", async () => {
    await redis.zadd("schedule", 5, '{"class":"J","args":[]}');
    const set = new ScheduledSet({ redis, wire: 8 });
    const [entry] = await listed(set);

    await expect(set.findEntry(entry!.id)).resolves.toMatchObject({ text: entry!.text });
    await entry!.addToQueue();

    const job = JSON.parse((await redis.lindex("queue:default", 0)) ?? "") as Record<string, unknown>;
    expect(job).toMatchObject({
      queue: "default",
      retry: true,
      jid: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
    expect(job["created_at"]).toBe(job["enqueued_at"]);
  });

  test("that is no job refuses to be queued, and can be killed or deleted", async () => {
    await redis.zadd("retry", 1, "this is { not json", 2, "null");
    const set = new RetrySet({ redis });
    const [nothing, text] = await listed(set);

    await expect(text!.retry()).rejects.toMatchObject({ code: "TSQ_MALFORMED_PAYLOAD" });
    await expect(set.size()).resolves.toBe(2);
    await expect(text!.kill()).resolves.toBe(true);
    await expect(nothing!.delete()).resolves.toBe(true);
    await expect(redis.zrange("dead", 0, "-1")).resolves.toEqual(["this is { not json"]);
  });

  test("whose bytes are no UTF-8 keeps them wherever it goes", async () => {
    const set = new RetrySet({ redis, wire: 8 });
    await redis.zadd("retry", 3, NO_UTF8);

    await (await set.findJob("bytes"))!.reschedule(4);
    await (await set.findJob("bytes"))!.kill();
    await (await new DeadSet({ redis, wire: 8 }).findJob("bytes"))!.retry();

    const pushed = (await redis.lindexBuffer("queue:default", 0))!.toString("latin1");
    expect(pushed.replace(/,"enqueued_at":\d{13}/, "")).toBe(
      NO_UTF8.toString("latin1").replace('"retry_count":1', '"retry_count":0'),
    );
    await expect(redis.exists("retry", "dead")).resolves.toBe(0);
  });

  test("with an `at` loses it, or Ruby's client would put it back into the schedule", async () => {
    await redis.zadd("schedule", 5, '{"class":"J","args":[],"jid":"a","at":5}');

    await new ScheduledSet({ redis }).addAllToQueue();

    await expect(redis.lindex("queue:default", 0)).resolves.not.toContain('"at"');
  });

  test("with an infinite score is listed and found", async () => {
    await redis.zadd("schedule", "+inf", '{"class":"J","jid":"never"}');
    const set = new ScheduledSet({ redis });
    const [entry] = await listed(set);

    expect(entry?.at).toBeUndefined();
    await expect(set.findEntry(entry!.id)).resolves.toMatchObject({ jid: "never" });
  });
});

test.each([
  ["nobody else is there", undefined, /"enqueued_at":\d{13}\}/],
  ["only Sidekiq 8 is there", "8.1.7", /"enqueued_at":\d{13}\}/],
  ["Sidekiq 7 is there", "7.3.2", /"enqueued_at":\d{10}\.\d{1,3}\}/],
  ["Sidekiq 6 is there", "6.4.1", /"enqueued_at":\d{10}\.\d{1,3}\}/],
])("a job is enqueued with the time that the fleet reads: when %s", async (_, version, time) => {
  if (version) await loadVector(redis, "heartbeat", version);
  await redis.zadd("retry", 5, '{"class":"J","args":[],"jid":"a","retry":true,"created_at":1.5}');

  await new RetrySet({ redis }).retryAll();

  await expect(redis.lindex("queue:default", 0)).resolves.toMatch(time);
});

describe("client middleware", () => {
  test("sees a job that is retried, and changes what it changes alone", async () => {
    await redis.zadd(
      "retry",
      5,
      '{"class":"J","args":[1.0],"jid":"a","queue":"low","retry_count":3,"old":1}',
    );
    const seen: unknown[] = [];
    const set = new RetrySet({
      redis,
      wire: 8,
      middleware: [
        async (payload, next) => {
          seen.push(payload["retry_count"]);
          payload["trace"] = "é";
          payload.queue = "high";
          delete payload["old"];
          await next();
        },
      ],
    });

    await set.retryAll();

    expect(seen).toEqual([2]);
    const pushed = (await redis.lindex("queue:high", 0)) ?? "";
    expect(pushed.replaceAll(/"(created|enqueued)_at":\d{13},?/g, "")).toBe(
      '{"class":"J","args":[1.0],"jid":"a","queue":"high","retry_count":2,"retry":true,"trace":"é"}',
    );
  });

  test("that stops a job drops it, as in Sidekiq", async () => {
    await redis.zadd("retry", 5, '{"class":"J","args":[],"jid":"a"}');
    const set = new RetrySet({ redis, middleware: [() => {}] });

    await (await set.findJob("a"))!.retry();

    await expect(redis.keys("*")).resolves.toEqual([]);
  });
});
