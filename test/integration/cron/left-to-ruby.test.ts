/** Beside Ruby an entry whose class nobody here knows is Ruby's to fire: whether it is an ActiveJob, only Ruby can tell. */
import { defineActiveJob } from "@tsq/active-job";
import { defineJob } from "@tsq/core";
import { CronSchedule } from "@tsq/cron";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { queuedTexts } from "../../support/jobs-in-redis.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const KEY = "cron_job:default:tick";
const MADE = "2030-01-01T08:59:30Z";
const EACH_MINUTE = { cron: "* * * * *", class: "TickJob" };

/** A process, as its heartbeat shows it. */
const process = async (info: object): Promise<void> => {
  await redis.sadd("processes", "web-1:42:ab");
  await redis.hset("web-1:42:ab", "info", JSON.stringify(info));
};
const ruby = (): Promise<void> => process({ version: "7.3.2", queues: ["default"] });
const goes = (): Promise<number> => redis.del("processes", "web-1:42:ab");

describe("while a process of Ruby is alive, an entry of an unknown class", () => {
  test("is not fired, and it is told whose it is", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });
    const { poll, told } = cronPoller(redis);

    const fired = [await poll("2030-01-01T09:00:05Z"), await poll("2030-01-01T09:00:35Z")];

    expect(fired).toEqual([0, 0]);
    expect(await redis.exists("queue:default", "tsq:cron:claims")).toBe(0);
    expect(await redis.zcard(`${KEY}:enqueued`)).toBe(1);
    expect(told.lefts).toEqual([[KEY, "TickJob"]]);
  });

  test("is missed when nobody fires it, once and with that reason, and is not made up", async () => {
    await ruby();
    await saveCron(redis, "tick", { ...EACH_MINUTE, catch_up: "all" }, { at: MADE });
    const first = cronPoller(redis);
    const second = cronPoller(redis);

    for (const time of ["08:59:40", "09:00:20", "09:01:20", "09:01:50"])
      for (const { poll } of [first, second]) await poll(`2030-01-01T${time}Z`);

    expect([...first.told.misses, ...second.told.misses]).toEqual([[KEY, "09:00:00", "left"]]);
    await using schedule = new CronSchedule({ redis: server.url });
    expect(await schedule.missed()).toMatchObject([{ entry: "tick", reason: "left" }]);
    expect(await redis.exists("queue:default")).toBe(0);
  });

  test("is not missed when Ruby fires it", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });
    const { poll, told } = cronPoller(redis);

    await poll("2030-01-01T08:59:40Z");
    for (const minute of ["00", "01", "02"]) {
      const tick = `2030-01-01T09:${minute}:00Z`;
      await redis.zadd(`${KEY}:enqueued`, Date.parse(tick) / 1_000, tick);
      await redis.hset(KEY, "last_enqueue_time", `2030-01-01 09:${minute}:10 +0000`);
      await poll(`2030-01-01T09:${minute}:55Z`);
    }

    expect(told.misses).toEqual([]);
  });

  test("is left what a process that knew it has taken and not fired", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });
    const field = `${KEY}\n2030-01-01T09:00:00Z`;
    await redis.hset("tsq:cron:claims", field, `${Date.parse("2030-01-01T09:00:05Z")} dead 1`);

    await cronPoller(redis).poll("2030-01-01T09:02:05Z");
    expect(await redis.exists("queue:default")).toBe(0);
    await cronPoller(redis, { jobs: [defineJob("TickJob", () => {})] }).poll("2030-01-01T09:02:10Z");

    expect(await queuedTexts(redis, "default")).not.toEqual([]);
    expect(await redis.hexists("tsq:cron:claims", field)).toBe(0);
  });
});

describe("beside Ruby an entry is fired", () => {
  const inForm = async (): Promise<unknown> => {
    const [text = "null"] = await queuedTexts(redis, "default");
    const payload = JSON.parse(text) as { class?: string; wrapped?: string } | null;
    return payload?.wrapped === undefined ? payload?.class : `ActiveJob ${payload.wrapped}`;
  };

  test("as a plain job when this process has the class as one", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });

    await cronPoller(redis, { jobs: [defineJob("TickJob", () => {})] }).poll("2030-01-01T09:00:05Z");

    expect(await inForm()).toBe("TickJob");
  });

  test("as an ActiveJob when this process has the class as one", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });

    await cronPoller(redis, { jobs: [defineActiveJob("TickJob", () => {})] }).poll("2030-01-01T09:00:05Z");

    expect(await inForm()).toBe("ActiveJob TickJob");
  });

  test.each([
    [true, "ActiveJob TickJob"],
    [false, "TickJob"],
  ])("when it says `active_job: %s`", async (active_job, form) => {
    await ruby();
    await saveCron(redis, "tick", { ...EACH_MINUTE, active_job }, { at: MADE });

    await cronPoller(redis).poll("2030-01-01T09:00:05Z");

    expect(await inForm()).toBe(form);
  });

  test("when it was made by a job of defineJob(), until Ruby gives it another class", async () => {
    await ruby();
    const job = defineJob("TickJob", () => {});
    await saveCron(redis, "tick", { cron: "* * * * *", class: job }, { at: MADE });
    const { poll } = cronPoller(redis);

    const asMade = await poll("2030-01-01T09:00:05Z");
    await redis.hset(KEY, "klass", "RubyJob");
    const asChanged = await poll("2030-01-01T09:01:05Z");

    expect([asMade, asChanged]).toEqual([1, 0]);
  });
});

describe("an entry of an unknown class", () => {
  test("is still Ruby's when Ruby has been away, for 30 days", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });
    const { poll } = cronPoller(redis);
    await poll("2030-01-01T08:59:40Z");
    await goes();

    const beside = await poll("2030-01-01T09:00:05Z");
    const seconds = await redis.ttl("tsq:cron:ruby");
    await redis.del("tsq:cron:ruby");
    const alone = await poll("2030-01-01T09:00:35Z");

    expect([beside, alone]).toEqual([0, 1]);
    expect(seconds).toBeGreaterThan(29 * 86_400);
    expect(seconds).toBeLessThanOrEqual(30 * 86_400);
  });

  test("is pushed plain where there are processes of tsq alone", async () => {
    await process({ version: "tsq 1.0.0", queues: ["default"] });
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });

    expect(await cronPoller(redis).poll("2030-01-01T09:00:05Z")).toBe(1);
    expect(await redis.exists("tsq:cron:ruby")).toBe(0);
  });

  test("is run by hand beside Ruby when it is said what its class is, and else refused", async () => {
    await ruby();
    await saveCron(redis, "tick", EACH_MINUTE, { at: MADE });
    await using schedule = new CronSchedule({ redis: server.url });
    const entry = await schedule.find("tick");

    await expect(entry?.run()).rejects.toThrow("to say whether `TickJob` is an ActiveJob");
    expect(await redis.exists("queue:default", "tsq:cron:claims")).toBe(0);
    await entry?.run({ activeJob: true });
    await entry?.run({ activeJob: false });

    const payloads = (await queuedTexts(redis, "default")).map((text) => JSON.parse(text) as object);
    expect(payloads).toHaveLength(2);
    expect(payloads).toContainEqual(expect.objectContaining({ wrapped: "TickJob" }));
    expect(payloads).toContainEqual(expect.objectContaining({ class: "TickJob", args: [] }));
  });
});
