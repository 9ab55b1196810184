/** An entry of the cron schedule fires as sidekiq-cron fires it: once for each instant, whoever looks. */
import { defineJob } from "@tsq/core";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { loadVector } from "../../support/load-vector.ts";
import { queuedTexts } from "../../support/jobs-in-redis.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { membersOf, vector } from "../../support/vectors.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const KEY = "cron_job:default:tick";
const MADE = "2026-11-23T16:39:30Z";

describe("an enabled entry", () => {
  test("fires within a minute of its instant, once", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    const { poll } = cronPoller(redis);

    const fired = [
      await poll("2026-11-23T16:40:00Z"),
      await poll("2026-11-23T16:40:01Z"),
      await poll("2026-11-23T16:40:40Z"),
      await poll("2026-11-23T16:41:20Z"),
    ];

    expect(fired).toEqual([0, 1, 0, 1]);
  });

  test("fires once when ten processes look at the same time", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    const pollers = Array.from({ length: 10 }, () => cronPoller(server.client({ replyMapping: "legacy" })));

    const fired = await Promise.all(pollers.map(({ poll }) => poll("2026-11-23T16:40:01Z")));

    expect(fired.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await redis.llen("queue:default")).toBe(1);
  });

  test("does not fire when its instant is more than a minute ago", async () => {
    await saveCron(redis, "tick", { cron: "0 * * * *", class: "TickJob" }, { at: "2026-11-23T15:30:00Z" });
    const { poll } = cronPoller(redis);

    expect(await poll("2026-11-23T16:01:01Z")).toBe(0);
    expect(await poll("2026-11-23T16:01:00Z")).toBe(1);
  });

  test("does not fire again for an instant that Ruby has fired", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    await redis.zadd(`${KEY}:enqueued`, "1795452000.0", "2026-11-23T16:40:00Z");

    expect(await cronPoller(redis).poll("2026-11-23T16:40:05Z")).toBe(0);
  });

  test("does not fire for an instant that is not after its last_enqueue_time", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    await redis.hset(KEY, "last_enqueue_time", "2026-11-23 16:40:00 +0000");

    expect(await cronPoller(redis).poll("2026-11-23T16:40:05Z")).toBe(0);
  });

  test("leaves what Ruby leaves: the instant, the time, the history, nothing older than a day", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    await redis.zadd(`${KEY}:enqueued`, "1795300000.0", "2026-11-21T22:26:40Z");
    for (let i = 0; i < 12; i++) await redis.rpush(`${KEY}:jid_history`, `{"jid":"${i}"}`);

    await cronPoller(redis).poll("2026-11-23T16:40:03Z");

    const [payload = ""] = await queuedTexts(redis, "default");
    const { jid } = JSON.parse(payload) as { jid: string };
    expect(await redis.zrange(`${KEY}:enqueued`, "0", "-1", "WITHSCORES")).toEqual([
      "2026-11-23T16:39:00Z",
      "1795451970",
      "2026-11-23T16:40:00Z",
      "1795452000",
    ]);
    expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2026-11-23 16:40:03 +0000");
    expect(await redis.lrange(`${KEY}:jid_history`, 0, -1)).toEqual([
      `{"jid":"${jid}","enqueued":"2026-11-23 16:40:03 UTC"}`,
      ...Array.from({ length: 9 }, (_, i) => `{"jid":"${i}"}`),
    ]);
    expect(await redis.smembers("queues")).toEqual(["default"]);
    expect(await redis.exists("tsq:cron:claims")).toBe(0);
  });
});

test("a disabled entry does not fire", async () => {
  await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", status: "disabled" }, { at: MADE });

  expect(await cronPoller(redis).poll("2026-11-23T16:40:05Z")).toBe(0);
});

test("an entry that cannot be read is told, and all others fire", async () => {
  await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
  for (const [name, cron] of [
    ["bad", "99 * * * *"],
    ["none", ""],
  ] as const) {
    await redis.sadd("cron_jobs:default", `cron_job:default:${name}`);
    await redis.hset(`cron_job:default:${name}`, { name, cron, status: "enabled", klass: "A" });
  }
  await redis.sadd("cron_jobs:default", "cron_job:default:list", "cron_job:default:gone");
  await redis.lpush("cron_job:default:list", "a");
  const { poll, told } = cronPoller(redis);

  expect(await poll("2026-11-23T16:40:05Z")).toBe(1);
  expect(told.failures.map(([key]) => key).toSorted()).toEqual([
    "cron_job:default:bad",
    "cron_job:default:list",
    "cron_job:default:none",
  ]);
  expect(told.failures.find(([key]) => key === "cron_job:default:list")?.[1]).toContain(
    "Delete or rename it",
  );
});

test("a middleware that cannot reach its service fails its entry alone, in whatever words", async () => {
  for (const name of ["tick", "other"])
    await saveCron(redis, name, { cron: "* * * * *", class: `${name}Job` }, { at: MADE });
  const abandoned = "cron_job:default:other\n2026-11-23T16:39:00Z";
  await redis.hset("tsq:cron:claims", abandoned, `${Date.parse("2026-11-23T16:39:05Z")} dead 1`);
  const { poll, told } = cronPoller(redis, {
    use: [
      (job, next) => {
        if (job.class === "tickJob") throw new Error("connect ECONNREFUSED 10.0.0.9:443");
        return next();
      },
    ],
  });

  expect(await poll("2026-11-23T16:40:10Z")).toBe(1);

  expect(told.failures).toEqual([[KEY, "Error: connect ECONNREFUSED 10.0.0.9:443"]]);
  expect(await redis.llen("queue:default")).toBe(2);
  expect(await redis.hexists("tsq:cron:claims", abandoned)).toBe(0);
  expect(await redis.exists("tsq:cron:polled")).toBe(1);
});

test("a Redis that is away is no fault of an entry: the poll fails", async () => {
  await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
  const client = server.client({ replyMapping: "legacy" });
  const { poll, told } = cronPoller(client, {
    use: [
      async (_job, next) => {
        const verdict = await next();
        client.disconnect();
        return verdict;
      },
    ],
  });

  await expect(poll("2026-11-23T16:40:10Z")).rejects.toThrow("Connection is closed");

  expect(told.failures).toEqual([]);
});

test("a numeric last_enqueue_time, which stops all of Ruby's entries, is repaired and told", async () => {
  await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", status: "disabled" }, { at: MADE });
  await redis.hset(KEY, "last_enqueue_time", "1795451000.25");
  const { poll, told } = cronPoller(redis);

  await poll("2026-11-23T16:40:05Z");

  expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2026-11-23 16:23:20 +0000");
  expect(told.repairs).toEqual([[KEY, "1795451000.25", "2026-11-23 16:23:20 +0000"]]);
});

/** Without what is new with each push. */
const shape = (text: string): string =>
  text
    .replace(/"jid":"\w{24}"/, '"jid":""')
    .replace(/"job_id":"[\w-]{36}"/, '"job_id":""')
    .replaceAll(/(_at":|args":\[)\d{10,13}(\.\d+)?/g, "$10");

describe.each([
  ["6.4.1", "16:37:40", "16:39:03", 7],
  ["7.3.2", "16:39:40", "16:40:03", 7],
  ["8.1.7", "16:39:40", "16:40:03", 8],
] as const)("the entries that a Ruby with Sidekiq %s has made", (version, made, at, wire) => {
  const jobs = [
    defineJob("CronJob", { retry: 2, queue: "cronq" }, () => {}),
    defineJob("CronPlain", () => {}),
  ];

  test("fire with the bytes that Ruby pushes", async () => {
    await loadVector(redis, "cron-created", version);
    const ruby = vector("cron-enqueued", version).keys;

    await cronPoller(redis, { jobs, wire: () => wire, namespaces: ["default", "ns2"] }).poll(
      `2026-11-23T${at}Z`,
    );

    const queues = ["queue:cronq", "queue:over", "queue:prod_ajq", "queue:tsq"];
    for (const queue of queues) {
      const [ours = ""] = await redis.lrange(queue, 0, -1);
      const [theirs = ""] = membersOf(ruby[queue]);
      expect(shape(ours)).toBe(shape(theirs));
    }
  });

  test("do not fire for the instant before they were made", async () => {
    await loadVector(redis, "cron-created", version);
    const before = await redis.keys("cron_job*");

    await cronPoller(redis, { namespaces: ["default", "ns2"] }).poll(`2026-11-23T${made}Z`);

    expect((await redis.keys("cron_job*")).toSorted()).toEqual(before.toSorted());
    expect(await redis.exists("queues")).toBe(0);
  });
});

test("what Ruby has fired is not fired again, and is its last_enqueue_time", async () => {
  await loadVector(redis, "cron-enqueued", "8.1.7");

  expect(await cronPoller(redis, { namespaces: ["default", "ns2"] }).poll("2026-11-23T16:40:30Z")).toBe(0);
});
