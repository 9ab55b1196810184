import { Client } from "@tsq/core";
import { Queue } from "@tsq/core/api";
import type { QueuedJob } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clear } from "../../support/inside-core.ts";
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

const jidsOf = async (queue: Queue): Promise<(string | undefined)[]> => {
  const jids: (string | undefined)[] = [];
  for await (const job of queue) jids.push(job.jid);
  return jids;
};

/** Pushes jobs with the jids `0`, `1` … one after the other. */
const pushNumbered = async (count: number, from = 0): Promise<void> => {
  const payloads = Array.from({ length: count }, (_, i) => `{"class":"J","args":[],"jid":"${from + i}"}`);
  await redis.lpush("queue:default", ...payloads);
};

const newestFirst = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(count - 1 - i));

describe.each(GENERATIONS)("a queue that Sidekiq %s filled", (version) => {
  beforeEach(() => loadVector(redis, "api", version));

  test("is listed newest first, byte for byte", async () => {
    const texts: string[] = [];
    for await (const job of new Queue("default", { redis })) texts.push(job.text);

    expect(texts).toEqual(vector("api", version).keys["queue:default"]?.value);
  });

  test("gives up the job that is deleted, and no other", async () => {
    const queue = new Queue("default", { redis });
    const before = await queue.size();
    const job = await queue.findJob("jidd1");

    await expect(job?.delete()).resolves.toBe(true);

    await expect(job?.delete()).resolves.toBe(false);
    await expect(queue.size()).resolves.toBe(before - 1);
    await expect(queue.findJob("jidd1")).resolves.toBeUndefined();
  });
});

describe("a queue", () => {
  test("that a client pushed to is found by name, with its latency", async () => {
    const client = new Client({ redis: server.url });
    await client.push({ class: "J", args: [1], queue: "low" });
    await client.push({ class: "J", args: [2], queue: "critical" });
    await client.close();

    const queues = await Queue.all({ redis });

    expect(queues.map(({ name }) => name)).toEqual(["critical", "low"]);
    await expect(queues[0]?.latency()).resolves.toBeGreaterThanOrEqual(0);
    await expect(queues[0]?.latency()).resolves.toBeLessThan(60);
  });

  test("that is empty or malformed at its end has no latency", async () => {
    await redis.lpush("queue:odd", "null");

    await expect(new Queue("odd", { redis }).latency()).resolves.toBe(0);
    await expect(new Queue("nobody", { redis }).latency()).resolves.toBe(0);
  });

  test("shows malformed jobs among the others, and deletes them byte for byte", async () => {
    const broken = Buffer.from([0x7b, 0xff, 0x00, 0x22]);
    await redis.lpush("queue:default", '{"class":"J","jid":"a"}', "null", broken, '{"class":"J","jid":"b"}');
    const queue = new Queue("default", { redis });

    const jobs: QueuedJob[] = [];
    for await (const job of queue) jobs.push(job);
    for (const job of jobs) if (job.error) await job.delete();

    expect(jobs.map(({ jid, error }) => jid ?? error?.code)).toEqual([
      "b",
      "TSQ_MALFORMED_PAYLOAD",
      "TSQ_MALFORMED_PAYLOAD",
      "a",
    ]);
    await expect(jidsOf(queue)).resolves.toEqual(["b", "a"]);
  });

  test("is paused and resumed by its name alone", async () => {
    const queue = new Queue("low", { redis });

    await queue.pause();
    await expect(queue.isPaused()).resolves.toBe(true);
    await expect(redis.smembers("paused")).resolves.toEqual(["low"]);

    await queue.resume();
    await expect(queue.isPaused()).resolves.toBe(false);
  });

  test("is gone with its name when it is cleared", async () => {
    await redis.sadd("queues", "default", "other");
    await pushNumbered(7);

    await expect(new Queue("default", { redis }).clear()).resolves.toBe(7);

    await expect(redis.exists("queue:default")).resolves.toBe(0);
    await expect(redis.smembers("queues")).resolves.toEqual(["other"]);
  });

  test("is cleared of the oldest that were counted, and of nothing that has come since", async () => {
    await redis.sadd("queues", "default", "other");
    await pushNumbered(7);
    const queue = new Queue("default", { redis });

    await expect(queue.clear({ count: 3 })).resolves.toBe(3);
    expect(await jidsOf(queue)).toEqual(["6", "5", "4", "3"]);
    await expect(queue.clear({ count: 0 })).resolves.toBe(0);
    expect((await redis.smembers("queues")).toSorted()).toEqual(["default", "other"]);

    // Fewer are left than were counted: a worker has taken the others.
    await expect(queue.clear({ count: 100 })).resolves.toBe(4);
    await expect(redis.exists("queue:default")).resolves.toBe(0);
    await expect(redis.smembers("queues")).resolves.toEqual(["other"]);
  });

  test("is cleared of what was there when it was counted, though workers have taken some and others have come", async () => {
    // The clock of whoever pushes is an hour ahead, and for one of them an hour behind.
    const text = (jid: string, hours = 1) =>
      `{"class":"J","args":[],"jid":"${jid}","enqueued_at":${Date.now() + hours * 3_600_000}}`;
    await redis.lpush("queue:default", text("a"), text("b"), text("c"));
    const queue = new Queue("default", { redis });
    const counted = await queue.counted();
    await redis.rpop("queue:default");
    await redis.lpush("queue:default", text("d"), text("e", -1));

    expect(counted.count).toBe(3);
    await expect(queue.clear(counted)).resolves.toBe(2);
    expect(await jidsOf(queue)).toEqual(["e", "d"]);
    await expect(queue.clear(counted)).resolves.toBe(0);
    await expect(queue.clear(await queue.counted())).resolves.toBe(2);
  });

  test("is cleared of the others when somebody has deleted the newest that was counted", async () => {
    await pushNumbered(5);
    const queue = new Queue("default", { redis });
    const counted = await queue.counted();
    await redis.lpop("queue:default");
    await redis.lpush("queue:default", "new");

    await expect(queue.clear(counted)).resolves.toBe(4);

    expect(await redis.lrange("queue:default", 0, "-1")).toEqual(["new"]);
  });

  test("that was empty when it was counted keeps what has come since", async () => {
    const queue = new Queue("default", { redis });
    const counted = await queue.counted();
    await pushNumbered(2);

    await expect(queue.clear({ newest: counted.newest })).resolves.toBe(0);

    await expect(queue.size()).resolves.toBe(2);
  });

  test("keeps all that it has when the newest that was counted is gone by the time that it is cleared", async () => {
    await redis.sadd("queues", "default");
    await pushNumbered(3);

    const cleared = clear(redis, { queue: "queue:default", queues: "queues" }, { newest: "gone", most: 9 });

    await expect(cleared).resolves.toBe(0);
    await expect(redis.llen("queue:default")).resolves.toBe(3);
    await expect(redis.smembers("queues")).resolves.toEqual(["default"]);
  });

  test("of equal jobs is cleared of as many as were counted", async () => {
    await redis.lpush("queue:default", ...Array.from({ length: 8 }, () => "a"));

    await expect(new Queue("default", { redis }).clear({ count: 6 })).resolves.toBe(6);

    expect(await redis.lrange("queue:default", 0, "-1")).toEqual(["a", "a"]);
  });

  test("that is empty has no name any more when it is cleared of what was counted", async () => {
    await redis.sadd("queues", "default");

    await expect(new Queue("default", { redis }).clear({ count: 5 })).resolves.toBe(0);

    await expect(redis.exists("queues")).resolves.toBe(0);
  });

  test.each([-1, 1.5, Number.NaN])("is cleared of no %d jobs", async (count) => {
    await pushNumbered(2);
    const queue = new Queue("default", { redis });

    await expect(queue.clear({ count })).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    const newest = "a" as unknown as string[];
    await expect(queue.clear({ newest })).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    await expect(queue.size()).resolves.toBe(2);
  });

  test("is shown in pages from either end", async () => {
    await pushNumbered(10);
    const queue = new Queue("default", { redis });
    const page = async (options: Parameters<Queue["page"]>[0]) => {
      const { total, items } = await queue.page(options);
      return [total, items.map(({ jid }) => jid)];
    };

    await expect(page({ limit: 3 })).resolves.toEqual([10, ["0", "1", "2"]]);
    await expect(page({ limit: 3, offset: 9 })).resolves.toEqual([10, ["9"]]);
    await expect(page({ limit: 3, offset: 1, order: "desc" })).resolves.toEqual([10, ["8", "7", "6"]]);
    await expect(page({ offset: 10 })).resolves.toEqual([10, []]);
    await expect(page({ limit: 0 })).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    await expect(page({ offset: -1 })).rejects.toMatchObject({ code: "TSQ_CONFIG" });
  });
});

describe("listing a long queue", () => {
  test("brings every job once", async () => {
    await pushNumbered(1_234);

    await expect(jidsOf(new Queue("default", { redis }))).resolves.toEqual(newestFirst(1_234));
  });

  test("brings every job once while others push", async () => {
    await pushNumbered(500);
    const jids: (string | undefined)[] = [];

    for await (const job of new Queue("default", { redis })) {
      if (jids.length % 40 === 0) await pushNumbered(7, 10_000 + jids.length);
      jids.push(job.jid);
    }

    expect(jids).toEqual(newestFirst(500));
  });

  test("brings no job twice and leaves none out while workers take the oldest", async () => {
    await pushNumbered(1_000);
    const jids: (string | undefined)[] = [];

    for await (const job of new Queue("default", { redis })) {
      if (jids.length % 50 === 0) await redis.rpop("queue:default", 10);
      jids.push(job.jid);
    }

    expect(new Set(jids).size).toBe(jids.length);
    const left = await redis.lrange("queue:default", 0, -1);
    expect(jids).toEqual(
      expect.arrayContaining(left.map((text) => (JSON.parse(text) as { jid: string }).jid)),
    );
  });

  test("brings every job once while its reader deletes what it reads", async () => {
    await pushNumbered(750);
    const jids: (string | undefined)[] = [];

    for await (const job of new Queue("default", { redis })) {
      jids.push(job.jid);
      if (Number(job.jid) % 3 > 0) await job.delete();
    }

    expect(jids).toEqual(newestFirst(750));
    await expect(redis.llen("queue:default")).resolves.toBe(250);
  });

  test("reads no more than it is asked for", async () => {
    await pushNumbered(5_000);
    const before = await bytesSent();

    for await (const job of new Queue("default", { redis })) {
      expect(job.jid).toBe("4999");
      break;
    }

    expect((await bytesSent()) - before).toBeLessThan(50_000);
  });
});

const bytesSent = async (): Promise<number> =>
  Number(/total_net_output_bytes:(\d+)/.exec(await redis.info("stats"))?.[1]);
