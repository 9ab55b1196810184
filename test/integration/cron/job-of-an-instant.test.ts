/** What is pushed for an instant of an entry: its options, its arguments, its wrapper, and what middleware makes of it. */
import { defineActiveJob } from "@tsq/active-job";
import { defineJob } from "@tsq/core";
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
const MADE = "2026-11-23T16:39:30Z";

describe("the job of an instant", () => {
  test("has the options of its class here, below those of the entry", async () => {
    const jobs = [defineJob("TickJob", { retry: 3, queue: "slow", tags: ["x"] }, () => {})];
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", retry: 1 }, { at: MADE, jobs });

    await cronPoller(redis, { jobs }).poll("2026-11-23T16:40:05Z");

    const [text = ""] = await queuedTexts(redis, "slow");
    expect(JSON.parse(text)).toMatchObject({
      retry: 1,
      tags: ["x"],
      queue: "slow",
      class: "TickJob",
      args: [],
    });
  });

  test("goes to the queue of its entry, whatever that of its class", async () => {
    const jobs = [defineJob("TickJob", { queue: "slow" }, () => {})];
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", queue: "low" }, { at: MADE });

    await cronPoller(redis, { jobs }).poll("2026-11-23T16:40:05Z");

    expect(await redis.smembers("queues")).toEqual(["low"]);
  });

  test("has the time as its last argument with date_as_argument, as a Float", async () => {
    const options = { cron: "* * * * *", class: "TickJob", args: ["a"], date_as_argument: true };
    await saveCron(redis, "tick", options, { at: MADE });

    await cronPoller(redis).poll("2026-11-23T16:40:05Z");

    const [text = ""] = await queuedTexts(redis, "default");
    expect(text).toContain('"args":["a",1795452005.0005]');
  });

  test("is ActiveJob's where this process knows its class as one, as Ruby asks the class, whatever the entry says", async () => {
    const jobs = [defineActiveJob("NotifyJob", {}, () => {})];
    await saveCron(
      redis,
      "tick",
      { cron: "* * * * *", class: "NotifyJob", queue: "low", args: [7] },
      { at: MADE },
    );
    expect(await redis.hget(KEY, "active_job")).toBe("0");

    await cronPoller(redis, { jobs }).poll("2026-11-23T16:40:05Z");

    const [text = ""] = await queuedTexts(redis, "low");
    expect(JSON.parse(text)).toMatchObject({
      class: "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
      wrapped: "NotifyJob",
      args: [{ job_class: "NotifyJob", queue_name: "low", arguments: [7] }],
    });
  });

  test("of ActiveJob has its prefix by its own delimiter, and symbols where the entry asks for them", async () => {
    const options = { active_job: true, queue: "low", queue_name_prefix: "crm", queue_name_delimiter: "." };
    const entry = { cron: "* * * * *", class: "NotifyJob", args: [{ a: 1 }, "b"], ...options };
    await saveCron(redis, "tick", { ...entry, symbolize_args: true }, { at: MADE });

    await cronPoller(redis).poll("2026-11-23T16:40:05Z");

    const [text = ""] = await queuedTexts(redis, "crm.low");
    expect(JSON.parse(text)).toMatchObject({
      args: [{ queue_name: "crm.low", arguments: [{ a: 1, _aj_symbol_keys: ["a"] }, "b"] }],
    });
  });

  test("keeps integers beyond 2^53 of its entry", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", args: [2n ** 60n] }, { at: MADE });

    await cronPoller(redis).poll("2026-11-23T16:40:05Z");

    const [text = ""] = await queuedTexts(redis, "default");
    expect(text).toContain('"args":[1152921504606846976]');
  });

  test("goes through the client middleware with the reason `cron`", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    const reasons: string[] = [];
    const { poll } = cronPoller(redis, {
      use: [
        async (payload, next, { reason }) => {
          reasons.push(reason);
          payload["tenant"] = 7;
          await next();
        },
      ],
    });

    await poll("2026-11-23T16:40:05Z");

    const [text = ""] = await queuedTexts(redis, "default");
    expect(reasons).toEqual(["cron"]);
    expect(JSON.parse(text)).toMatchObject({ tenant: 7 });
  });

  test("is not pushed when a middleware stops it, and the instant counts as fired", async () => {
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE });
    const { poll, told } = cronPoller(redis, { use: [() => {}] });

    expect(await poll("2026-11-23T16:40:05Z")).toBe(0);

    expect(told.firings).toEqual([[KEY, "2026-11-23T16:40:00Z", "stopped"]]);
    expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2026-11-23 16:40:05 +0000");
    expect(await redis.exists("queue:default", "tsq:cron:claims")).toBe(0);
  });
});
