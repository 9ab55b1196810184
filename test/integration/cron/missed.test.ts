/** The instants that count as missed, and the record of them. */
import { CronSchedule } from "@tsq/cron";
import type { CronOptions } from "@tsq/cron";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
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
const at = (time: string): string => `2030-01-01T${time}Z`;
const ms = (time: string): number => Date.parse(at(time));
const save = (options: Partial<CronOptions> = {}) =>
  saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", ...options }, { at: MADE });

/** As a process of Ruby takes an instant, before it pushes. */
const takenByRuby = (time: string) => redis.zadd(`${KEY}:enqueued`, `${ms(time) / 1_000}.0`, at(time));

test("they are told the oldest first, and kept for a month with the reason of each", async () => {
  await save();
  await saveCron(redis, "lost", { cron: "0 0 1 1 *", class: "LostJob" }, { at: MADE });
  const { poll, told } = cronPoller(redis);
  await poll(at("09:00:10"));
  await redis.hset(
    "tsq:cron:claims",
    `cron_job:default:lost\n${at("07:00:00")}`,
    `${ms("07:00:01")} dead:1:a 1`,
  );

  await poll(at("09:04:10"));

  expect(told.misses).toEqual([
    ["cron_job:default:lost", "07:00:00", "died"],
    [KEY, "09:01:00", "nobody"],
    [KEY, "09:02:00", "nobody"],
    [KEY, "09:03:00", "nobody"],
  ]);
  await using schedule = new CronSchedule({ redis: server.url });
  expect(
    (await schedule.missed()).map(({ entry, at: time, reason }) => [entry, time.toISOString(), reason]),
  ).toEqual([
    ["tick", "2030-01-01T09:03:00.000Z", "nobody"],
    ["tick", "2030-01-01T09:02:00.000Z", "nobody"],
    ["tick", "2030-01-01T09:01:00.000Z", "nobody"],
    ["lost", "2030-01-01T07:00:00.000Z", "died"],
  ]);
  const days = (await redis.ttl("tsq:cron:missed")) / 86_400;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThanOrEqual(30);
});

test("the record of them is of the newest thousand", async () => {
  await save();
  const { poll } = cronPoller(redis);
  await poll(at("09:00:10"));
  const old = Array.from({ length: 1_005 }, (_, i) => [i + 1, `${KEY}\nold ${i}`] as const);
  await redis.zadd("tsq:cron:missed", ...old.flat());

  await poll(at("09:03:10"));

  expect(await redis.zcard("tsq:cron:missed")).toBe(1_000);
  expect(await redis.zrange("tsq:cron:missed", "-2", "-1")).toEqual([
    `${KEY}\n${at("09:01:00")}`,
    `${KEY}\n${at("09:02:00")}`,
  ]);
});

test("one within two minutes before the last look is among them: that was by some process's clock", async () => {
  await save();
  const { poll, told } = cronPoller(redis);
  await poll(at("09:00:10"));
  await redis.set("tsq:cron:polled", String(ms("09:02:10")));

  await poll(at("09:05:10"));

  expect(told.misses.map(([, time]) => time)).toEqual(["09:01:00", "09:02:00", "09:03:00", "09:04:00"]);
});

test("one that is due yet is none, though a process has just taken it", async () => {
  await save();
  const { poll, told } = cronPoller(redis);
  await poll(at("09:00:10"));
  await takenByRuby("09:03:00");

  await poll(at("09:03:10"));

  expect(told.misses.map(([, time]) => time)).toEqual(["09:01:00", "09:02:00"]);
});

test("none is from before the entry was made, though a claim has taken the score that tells when that was", async () => {
  const { poll, told } = cronPoller(redis);
  await poll(at("08:50:10"));
  await save();
  await takenByRuby("08:59:00");

  await poll(at("09:00:10"));

  expect(told.misses).toEqual([]);
});

describe("one that a process of Ruby has taken and not pushed", () => {
  const taken = async (polled: string) => {
    await save({ cron: "1 * * * *" });
    await redis.hset(KEY, "last_enqueue_time", "2030-01-01 08:01:05 +0000");
    await takenByRuby("09:01:00");
    await redis.set("tsq:cron:polled", String(ms(polled)));
  };

  test("is looked for in the two minutes after its own, and later no more", async () => {
    const { poll, told } = cronPoller(redis);
    await taken("09:03:50");
    await poll(at("09:04:05"));
    expect(told.misses).toEqual([]);

    await redis.flushdb();
    await taken("09:03:20");
    await poll(at("09:03:50"));
    expect(told.misses).toEqual([[KEY, "09:01:00", "died"]]);
  });

  test("is not asked for by the first look ever: nobody knows who was there", async () => {
    const { poll, told } = cronPoller(redis);
    await taken("09:02:10");
    await redis.unlink("tsq:cron:polled");

    await poll(at("09:02:30"));

    expect(told.misses).toEqual([]);
  });

  test("is none while a process of tsq has it, and may be slow", async () => {
    const { poll, told } = cronPoller(redis);
    await taken("09:02:10");
    const claim = `${ms("09:02:05")} slow:1:a 1`;
    await redis.hset("tsq:cron:claims", `${KEY}\n${at("09:01:00")}`, claim);

    await poll(at("09:02:30"));

    expect(told.misses).toEqual([]);
  });

  test("is none of an entry that has never fired: what is there may be the instant before it was made", async () => {
    const { poll, told } = cronPoller(redis);
    await taken("09:02:10");
    await redis.hset(KEY, "last_enqueue_time", "");

    await poll(at("09:02:30"));

    expect(told.misses).toEqual([]);
  });
});
