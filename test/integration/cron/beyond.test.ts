/** What tsq does for an entry beyond sidekiq-cron: what was missed, what a dead process has taken, runs that overlap. */
import type { CronOptions } from "@tsq/cron";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { scheduled } from "../../support/jobs-in-redis.ts";
import { setStatus } from "../../support/inside-cron.ts";
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
const save = (options: Partial<CronOptions> = {}) =>
  saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", ...options }, { at: MADE });
const pushed = () => redis.llen("queue:default");

describe("instants for which no process was there", () => {
  test("are told once in the fleet, and do not fire", async () => {
    await save();
    const [first, second] = [cronPoller(redis), cronPoller(redis)];
    await first.poll("2030-01-01T09:00:10Z");

    await Promise.all([first.poll("2030-01-01T09:05:10Z"), second.poll("2030-01-01T09:05:20Z")]);

    expect([...first.told.misses, ...second.told.misses].toSorted()).toEqual([
      [KEY, "09:01:00", "nobody"],
      [KEY, "09:02:00", "nobody"],
      [KEY, "09:03:00", "nobody"],
      [KEY, "09:04:00", "nobody"],
    ]);
    expect(await pushed()).toBe(2);
    expect(await redis.zcard("tsq:cron:missed")).toBe(4);
  });

  test("fire all with `catch_up: all`, each once, the newest up to its limit", async () => {
    await save({ catch_up: "all", catch_up_max: 3 });
    const pollers = [cronPoller(redis), cronPoller(redis), cronPoller(redis)];
    await pollers[0]?.poll("2030-01-01T09:00:10Z");

    await Promise.all(pollers.map(({ poll }) => poll("2030-01-01T09:06:10Z")));

    // 09:00 and 09:06 in time; 09:03, 09:04 and 09:05 late.
    expect(await pushed()).toBe(5);
    expect((await redis.zrange(`${KEY}:enqueued`, "0", "-1")).map((tick) => tick.slice(11, 16))).toEqual([
      "08:59",
      "09:00",
      "09:03",
      "09:04",
      "09:05",
      "09:06",
    ]);
  });

  test("fire as one with `catch_up: last`", async () => {
    await save({ cron: "*/10 * * * *", catch_up: "last" });
    const pollers = [cronPoller(redis), cronPoller(redis)];
    await pollers[0]?.poll("2030-01-01T09:00:10Z");

    await Promise.all(pollers.map(({ poll }) => poll("2030-01-01T09:35:10Z")));

    expect((await redis.zrange(`${KEY}:enqueued`, "0", "-1")).map((tick) => tick.slice(11, 16))).toEqual([
      "08:50",
      "09:00",
      "09:30",
    ]);
    expect(await pushed()).toBe(2);
  });

  test("are none where Ruby has fired them", async () => {
    await save();
    const { poll, told } = cronPoller(redis);
    await poll("2030-01-01T09:00:10Z");
    for (const minute of ["01", "02", "03", "04"]) {
      const tick = `2030-01-01T09:${minute}:00Z`;
      await redis.zadd(`${KEY}:enqueued`, `${Date.parse(tick) / 1_000}.0`, tick);
    }
    await redis.hset(KEY, "last_enqueue_time", "2030-01-01 09:04:05 +0000");

    await poll("2030-01-01T09:05:10Z");

    expect(told.misses).toEqual([]);
  });

  test("are none while the entry was disabled", async () => {
    await save();
    const { poll, told } = cronPoller(redis);
    await poll("2030-01-01T09:00:10Z");
    const at = {
      key: KEY,
      version: 2,
      namespace: "default",
      name: "tick",
      set: "cron_jobs:default",
    } as const;
    await setStatus(redis, at, "disabled", "* * * * *", Date.parse("2030-01-01T09:00:30Z"));
    await setStatus(redis, at, "enabled", "* * * * *", Date.parse("2030-01-01T09:05:05Z"));

    await poll("2030-01-01T09:05:10Z");

    expect(told.misses).toEqual([]);
  });

  test("are none before the entry was made", async () => {
    const { poll, told } = cronPoller(redis);
    await poll("2030-01-01T09:00:10Z");
    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: "2030-01-01T09:04:30Z" });

    await poll("2030-01-01T09:05:10Z");

    expect(told.misses).toEqual([]);
    expect(await pushed()).toBe(1);
  });

  test("are none of an entry that was made a moment ago, though Ruby has tried to claim its first", async () => {
    const { poll, told } = cronPoller(redis);
    await poll("2030-01-01T08:59:20Z");
    await save();
    // As every claim does, it takes the score.
    await redis.zadd(
      `${KEY}:enqueued`,
      `${Date.parse("2030-01-01T08:59:00Z") / 1_000}.0`,
      "2030-01-01T08:59:00Z",
    );
    await poll("2030-01-01T08:59:50Z");

    await cronPoller(redis).poller.poll(Date.parse("2030-01-01T09:00:00.400Z"));
    await poll("2030-01-01T09:00:00.500Z");

    expect(told.misses).toEqual([]);
    expect(await redis.zcard("tsq:cron:missed")).toBe(0);
  });

  test("are none when tsq looks for the first time", async () => {
    await save();
    const { poll, told } = cronPoller(redis);

    await poll("2030-01-01T19:05:10Z");

    expect(told.misses).toEqual([]);
  });
});

describe("an instant that a process has taken and not fired", () => {
  test("is told when that was one of Ruby, which loses it", async () => {
    await save();
    const { poll, told } = cronPoller(redis);
    await poll("2030-01-01T09:00:10Z");
    await redis.zadd(
      `${KEY}:enqueued`,
      `${Date.parse("2030-01-01T09:01:00Z") / 1_000}.0`,
      "2030-01-01T09:01:00Z",
    );
    await poll("2030-01-01T09:01:10Z");
    await redis.hset(KEY, "status", "disabled");

    await redis.hset(KEY, { cron: "1 * * * *", status: "enabled" });
    await poll("2030-01-01T09:02:05Z");

    expect(told.misses).toEqual([[KEY, "09:01:00", "died"]]);
    expect(await pushed()).toBe(1);
  });

  test("is made up with `catch_up`, by one process", async () => {
    await save({ cron: "1 * * * *", catch_up: "last" });
    await redis.hset(KEY, "last_enqueue_time", "2030-01-01 08:01:05 +0000");
    const pollers = [cronPoller(redis), cronPoller(redis)];
    await pollers[0]?.poll("2030-01-01T09:01:00Z");
    await redis.zadd(
      `${KEY}:enqueued`,
      `${Date.parse("2030-01-01T09:01:00Z") / 1_000}.0`,
      "2030-01-01T09:01:00Z",
    );

    for (const at of ["2030-01-01T09:01:40Z", "2030-01-01T09:02:05Z", "2030-01-01T09:02:35Z"])
      await Promise.all(pollers.map(({ poll }) => poll(at)));

    expect(await pushed()).toBe(1);
  });

  test("is fired by another when that was one of tsq, once", async () => {
    await save();
    const dying = cronPoller(redis, {
      use: [
        () => {
          throw new Error("as if it died here");
        },
      ],
    });
    await dying.poll("2030-01-01T09:00:10Z");
    expect(await pushed()).toBe(0);
    await redis.hset(KEY, "cron", "0 0 1 1 *");
    const pollers = [cronPoller(redis), cronPoller(redis), cronPoller(redis)];

    await Promise.all(pollers.map(({ poll }) => poll("2030-01-01T09:00:40Z")));
    expect(await pushed()).toBe(0);
    await Promise.all(pollers.map(({ poll }) => poll("2030-01-01T09:01:15Z")));

    expect(await pushed()).toBe(1);
    expect(await redis.exists("tsq:cron:claims")).toBe(0);
  });

  test("that fails for an hour is given up and told", async () => {
    await save({ cron: "0 9 * * *" });
    const { poll, told } = cronPoller(redis, {
      use: [
        () => {
          throw new Error("no");
        },
      ],
    });

    for (const at of ["09:00:10", "09:01:15", "09:30:00", "10:00:05", "10:02:00"])
      await poll(`2030-01-01T${at}Z`);

    expect(told.failures.length).toBeGreaterThan(1);
    expect(told.misses).toEqual([[KEY, "09:00:00", "died"]]);
    expect(await redis.exists("tsq:cron:claims")).toBe(0);
  });

  test("of an entry that was deleted is forgotten", async () => {
    await save();
    await redis.hset(
      "tsq:cron:claims",
      `${KEY}\n2030-01-01T09:00:00Z`,
      `${Date.parse("2030-01-01T09:00:10Z")} x 1`,
    );
    await redis.unlink(KEY);
    await redis.srem("cron_jobs:default", KEY);

    await cronPoller(redis).poll("2030-01-01T09:05:15Z");

    expect(await redis.exists("tsq:cron:claims", KEY, "queue:default")).toBe(0);
  });
});

describe("while the run before goes on", () => {
  test("an instant is left out with `overlap: skip`", async () => {
    await save({ overlap: "skip" });
    const { poll, told } = cronPoller(redis);

    await poll("2030-01-01T09:00:10Z");
    await poll("2030-01-01T09:01:10Z");

    expect(told.firings.map(([, , what]) => what)).toEqual(["pushed", "skipped"]);
    expect(await pushed()).toBe(1);
    const [text = ""] = await redis.lrange("queue:default", 0, -1);
    expect(JSON.parse(text)).toMatchObject({ tsq_cron: KEY });
  });

  test("one that nobody has ended counts for a day", async () => {
    await save({ overlap: "skip" });
    const { poll } = cronPoller(redis);

    await poll("2030-01-01T09:00:10Z");
    await poll("2030-01-02T09:01:10Z");

    expect(await pushed()).toBe(2);
  });
});

test("jitter puts the job into the schedule, within its seconds", async () => {
  await save({ jitter: 30 });

  await cronPoller(redis, { random: () => 0.5 }).poll("2030-01-01T09:00:10Z");

  expect((await scheduled(redis)).map(({ at }) => at)).toEqual([Date.parse("2030-01-01T09:00:25Z") / 1_000]);
  expect(await pushed()).toBe(0);
});

test("what was asked for an entry goes with the entry, whoever deletes it", async () => {
  await save({ jitter: 30 });
  await redis.srem("cron_jobs:default", KEY);
  await redis.unlink(KEY);

  await cronPoller(redis).poll("2030-01-01T09:00:10Z");

  expect(await redis.exists("tsq:cron:policies")).toBe(0);
});

test("an entry that 1.x and 2.x have both fires as that of 1.x alone, and is told", async () => {
  await save();
  await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: MADE, version: 1 });
  const { poll, told } = cronPoller(redis);

  expect(await poll("2030-01-01T09:00:10Z")).toBe(1);

  expect(told.doubles).toEqual([KEY]);
  expect(await redis.hget("cron_job:tick", "last_enqueue_time")).toBe("2030-01-01 09:00:10 +0000");
});
