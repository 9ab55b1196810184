/** Repairing jobs of a queue, many at once or one, and entries of sets that are changed on their way. */
import { Queue, RetrySet } from "@tsq/core/api";
import type { BulkReport, QueueBulk } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
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

const HOUR_MS = 3_600_000;

/** Jobs of the classes A, B and C in turn. */
const texts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => payloadText({ jid: `j${i}`, class: "ABC"[i % 3] }));

const jidsOn = async (queue: string): Promise<readonly string[]> =>
  (await redis.lrange(`queue:${queue}`, 0, -1)).map((text) => (JSON.parse(text) as { jid: string }).jid);

describe("bulk work on a queue", () => {
  test.each<[string, (queue: Queue) => Promise<BulkReport>]>([
    ["deleted", (queue) => queue.bulk({ filter: "class:A" }).delete()],
    ["killed", (queue) => queue.bulk({ filter: "class:A" }).kill()],
    ["moved", (queue) => queue.bulk({ filter: "class:A" }).move("other")],
  ])("has those that the filter means %s", async (what, act) => {
    await pushTexts(redis, texts(600));

    const report = await act(new Queue("default", { redis }));

    expect(report).toMatchObject({ done: 200, gone: 0, skipped: 0, unsure: 0, looked: 600 });
    expect(await redis.llen("queue:default")).toBe(400);
    expect(await redis.zcard("dead")).toBe(what === "killed" ? 200 : 0);
    const moved = (await redis.lrange("queue:other", 0, -1)).map(
      (text) => JSON.parse(text) as { queue: string },
    );
    expect(moved.map(({ queue }) => queue)).toEqual(what === "moved" ? Array(200).fill("other") : []);
    expect(await redis.sismember("queues", "other")).toBe(what === "moved" ? 1 : 0);
  });

  test("leaves out what says that it was enqueued after a time that somebody names", async () => {
    await pushTexts(redis, texts(30));
    const asOf = new Date();
    await pushTexts(redis, [payloadText({ jid: "later", enqueued_at: asOf.getTime() + 1 })]);

    const report = await new Queue("default", { redis }).bulk({ asOf }).delete();

    expect(report.done).toBe(30);
    expect(await jidsOn("default")).toEqual(["later"]);
  });

  describe("is done to what was there, by whatever clocks it was pushed,", () => {
    const ahead = () => payloadText({ jid: "ahead", enqueued_at: Date.now() + HOUR_MS });
    const later = (i = 0) => payloadText({ jid: `later${i}`, enqueued_at: Date.now() - HOUR_MS });
    const behindPreview = async (queue: Queue) => {
      const { asOf, newest, count } = await queue.bulk().preview();
      return { count, bulk: queue.bulk({ asOf, newest, count }) };
    };

    test.each<[string, (bulk: QueueBulk) => Promise<BulkReport>]>([
      ["deleted", (bulk) => bulk.delete()],
      ["killed", (bulk) => bulk.kill()],
      ["moved", (bulk) => bulk.move("other")],
    ])("and %s", async (_, act) => {
      await pushTexts(redis, [...texts(3), ahead()]);
      const { count, bulk } = await behindPreview(new Queue("default", { redis }));
      await pushTexts(redis, [later()]);

      const { done } = await act(bulk);

      expect([count, done]).toEqual([4, 4]);
      expect(await jidsOn("default")).toEqual(["later0"]);
    });

    test("without a preview too, while more and more comes", async () => {
      await pushTexts(redis, [...texts(600), ahead()]);
      let came = 0;
      const onProgress = () => void redis.lpush("queue:default", later(came++));

      const { done } = await new Queue("default", { redis }).bulk().delete({ onProgress });

      expect(done).toBe(601);
      expect(came).toBeGreaterThan(3);
      expect((await jidsOn("default")).every((jid) => jid.startsWith("later"))).toBe(true);
      expect(await redis.llen("queue:default")).toBe(came);
    });

    test("and to none of those that come when workers have taken all the others", async () => {
      await pushTexts(redis, texts(600));
      const { bulk } = await behindPreview(new Queue("default", { redis }));
      const others = Array.from({ length: 700 }, (_, i) => later(i));
      let isFirst = true;

      const { done } = await bulk.delete({
        only: async () => {
          if (!isFirst) return true;
          isFirst = false;
          await redis.del("queue:default");
          await pushTexts(redis, others);
          return true;
        },
      });

      expect(done).toBe(0);
      expect(await redis.llen("queue:default")).toBe(700);
    });

    test("but for those of which it is not sure, as somebody else has deleted their neighbours: it says how many", async () => {
      await pushTexts(redis, texts(100));
      const { bulk } = await behindPreview(new Queue("default", { redis }));
      await redis.lpop("queue:default", 12);
      await pushTexts(redis, [later()]);

      expect(await bulk.delete()).toMatchObject({ done: 84, unsure: 5 });

      expect(await jidsOn("default")).toEqual(["later0", "j87", "j86", "j85", "j84"]);
    });

    test.each([
      ["all of the newest are gone", 15, 10, 0, 5],
      ["one of the newest is there, whatever came", 15, 9, 50, 0],
      ["all are gone, of no more than were counted", 15, 15, 50, 15],
    ])("and says of how many it is not sure where %s", async (_, count, gone, came, unsure) => {
      await pushTexts(redis, texts(count));
      const { bulk } = await behindPreview(new Queue("default", { redis }));
      await redis.lpop("queue:default", gone);
      if (came > 0)
        await pushTexts(
          redis,
          Array.from({ length: came }, (__, i) => later(i)),
        );

      expect(await bulk.delete()).toMatchObject({ unsure });
    });

    test("and to nothing of a queue that was empty", async () => {
      const { count, bulk } = await behindPreview(new Queue("default", { redis }));
      await pushTexts(redis, [later()]);

      expect([count, (await bulk.delete()).done]).toEqual([0, 0]);
    });
  });

  test("is done to no more than were counted, when a worker hands jobs back meanwhile", async () => {
    const earlier = payloadText({ jid: "running", enqueued_at: Date.now() - 60_000 });
    await pushTexts(redis, texts(3));
    const queue = new Queue("default", { redis });
    const { asOf, newest, count } = await queue.bulk().preview();
    await redis.rpush("queue:default", earlier);

    const report = await queue.bulk({ asOf, newest, count }).delete();

    expect([count, report.done]).toEqual([3, 3]);
    expect(await jidsOn("default")).toEqual(["running"]);
  });

  test("is done to a selection by jid", async () => {
    await pushTexts(redis, texts(30));

    const report = await new Queue("default", { redis }).bulk({ ids: ["j3", "j29", "nobody"] }).delete();

    expect(report.done).toBe(2);
    expect(await redis.llen("queue:default")).toBe(28);
  });
});

describe("a job on a queue", () => {
  const first = async () => {
    const [job] = (await new Queue("default", { redis }).page({ order: "desc" })).items;
    if (!job) throw new Error("Expected a job on the queue, found none.");
    return job;
  };

  test("that a worker has taken is neither moved nor killed", async () => {
    await pushTexts(redis, texts(1));
    const job = await first();
    await redis.rpop("queue:default");

    expect([await job.move("other"), await job.kill(), await job.delete()]).toEqual([false, false, false]);
    expect(await redis.keys("*")).toEqual(["queues"]);
  });

  test("that is no job can be killed, and not moved", async () => {
    await pushTexts(redis, ["no json"]);
    const job = await first();

    await expect(job.move("other")).rejects.toMatchObject({ code: "TSQ_MALFORMED_PAYLOAD" });
    expect(await job.kill()).toBe(true);
    expect(await redis.zrange("dead", 0, "-1")).toEqual(["no json"]);
  });

  test.each(["dead", "queue:other"])("stays when the key %s is something else", async (key) => {
    await pushTexts(redis, texts(1));
    await redis.hset(key, "a", "b");
    const job = await first();

    const act = key === "dead" ? job.kill() : job.move("other");

    await expect(act).rejects.toThrow("WRONGTYPE");
    expect(await redis.llen("queue:default")).toBe(1);
  });

  test("that was cancelled stays so when its move is refused", async () => {
    await pushTexts(redis, texts(1));
    await redis.hset("it-j0", "cancelled", "1795451241");
    await redis.hset("queue:other", "a", "b");

    await expect((await first()).move("other")).rejects.toThrow("WRONGTYPE");

    expect(await redis.hget("it-j0", "cancelled")).toBe("1795451241");
  });

  test("that was cancelled is wanted again when it is moved", async () => {
    await pushTexts(redis, texts(1));
    await redis.hset("it-j0", "cancelled", "1795451241");

    await (await first()).move("other");

    expect(await redis.hexists("it-j0", "cancelled")).toBe(0);
  });
});

describe("an entry", () => {
  test("is retried with other arguments, and every other byte as it was", async () => {
    const text = `{"queue":"a", "args":[1], "jid":"x","class":"J","n":12345678901234567,"f":1.0,"retry":true,"created_at":5,"retry_count":3}`;
    await redis.zadd("retry", 5, text);
    const [entry] = (await new RetrySet({ redis, wire: 8 }).page()).items;

    expect(await entry?.retry({ args: '[12345678901234567, 2.0,"é"]', queue: "b" })).toBe(true);

    const [pushed = ""] = await redis.lrange("queue:b", 0, -1);
    expect(pushed.replace(/,"enqueued_at":\d+/, "")).toBe(
      text
        .replace("[1]", '[12345678901234567, 2.0,"é"]')
        .replace('"queue":"a"', '"queue":"b"')
        .replace('"retry_count":3', '"retry_count":2'),
    );
    expect(await redis.exists("retry")).toBe(0);
  });

  test.each([
    { args: "{}" },
    { args: "[1" },
    { args: 5 },
    { queue: "" },
    { queue: " a" },
    { quue: "a" },
    { class: "" },
    { class: " A" },
  ])("is not retried with %j", async (edit) => {
    await redis.zadd("retry", 5, payloadText());
    const [entry] = (await new RetrySet({ redis }).page()).items;

    await expect(entry?.retry(edit as object)).rejects.toMatchObject({
      code: expect.stringMatching(/^TSQ_(?:INVALID_JOB|CONFIG)$/) as string,
    });
    expect(await redis.zcard("retry")).toBe(1);
  });

  test.each([
    ['{"class":"J","args":[{"job_class":"J"}]}', '{"class":"é","args":[{"job_class":"J"}]}'],
    [
      '{"class":"Sidekiq::ActiveJob::Wrapper","args":[{"arguments":[1.0],"x":[{}] } , 2]}',
      '{"class":"Sidekiq::ActiveJob::Wrapper","args":[{"arguments":[1.0],"x":[{}],"job_class":"é" } , 2],"wrapped":"é"}',
    ],
    [
      '{"class":"Sidekiq::ActiveJob::Wrapper","args":[]}',
      '{"class":"Sidekiq::ActiveJob::Wrapper","args":[],"wrapped":"é"}',
    ],
  ])("is retried as another class: %s", async (text, expected) => {
    await redis.zadd("retry", 5, text.replace(/\}$/, ',"queue":"a","jid":"x","retry":true,"created_at":5}'));
    const [entry] = (await new RetrySet({ redis, wire: 8 }).page()).items;

    expect(await entry?.retry({ class: "é" })).toBe(true);

    const [pushed = ""] = await redis.lrange("queue:a", 0, -1);
    expect(
      pushed
        .replace(/,"enqueued_at":\d+/, "")
        .replace(',"queue":"a","jid":"x","retry":true,"created_at":5', ""),
    ).toBe(expected);
  });

  test("that has gone is neither moved nor retried, and does not come back", async () => {
    await redis.zadd("retry", 5, payloadText());
    const [entry] = (await new RetrySet({ redis }).page()).items;
    await redis.del("retry");

    expect([await entry?.move("b"), await entry?.retry({ queue: "b" })]).toEqual([false, false]);
    expect(await redis.keys("*")).toEqual([]);
  });
});
