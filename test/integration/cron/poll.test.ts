/** One look at the schedule: what it finds, counts and leaves alone. */
import { RedisUnusableError } from "@tsq/core";
import type { CronOptions } from "@tsq/cron";
import { isOfEntry, policyOf } from "../../support/inside-cron.ts";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
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

test("it counts the processes, of which the wait for the next one depends", async () => {
  const { poller, poll } = cronPoller(redis);
  await poll(at("09:00:10"));
  expect(poller.processes).toBe(1);

  await redis.sadd("processes", "a", "b", "c");
  await poll(at("09:00:20"));

  expect(poller.processes).toBe(3);
});

test("it counts what fires late with what fires in time", async () => {
  await save({ catch_up: "all" });
  const { poll } = cronPoller(redis);

  expect(await poll(at("09:00:10"))).toBe(1);
  expect(await poll(at("09:04:10"))).toBe(4);
});

test("an entry whose last time was a number fires in the look that repairs it", async () => {
  await save();
  await redis.hset(KEY, "last_enqueue_time", String(ms("08:59:00") / 1_000));

  expect(await cronPoller(redis).poll(at("09:00:10"))).toBe(1);
});

test("a queue of another type fails its entries alone, what a dead process has taken of them too", async () => {
  await save();
  for (const [name, cron] of [
    ["bad", "* * * * *"],
    ["taken", "0 0 1 1 *"],
  ] as const)
    await saveCron(redis, name, { cron, class: "BadJob", queue: "bad" }, { at: MADE });
  await redis.set("queue:bad", "x");
  await redis.hset(
    "tsq:cron:claims",
    `cron_job:default:taken\n${at("08:55:00")}`,
    `${ms("08:55:01")} dead:1:a 1`,
  );
  const { poll, told } = cronPoller(redis);

  expect(await poll(at("09:00:10"))).toBe(1);

  expect(told.failures.map(([key]) => key)).toEqual(["cron_job:default:bad", "cron_job:default:taken"]);
  expect(await redis.exists("tsq:cron:polled")).toBe(1);
});

test("a history of another type keeps its entry from firing, before anything is pushed", async () => {
  await save();
  await redis.set(`${KEY}:jid_history`, "x");
  const { poll, told } = cronPoller(redis);

  expect(await poll(at("09:00:10"))).toBe(0);

  expect(told.failures).toEqual([[KEY, expect.stringContaining(`${KEY}:jid_history`)]]);
  expect(await redis.exists("queue:default")).toBe(0);
});

test("a run that nobody watches leaves no record of it, and no claim", async () => {
  await save();

  await cronPoller(redis).poll(at("09:00:10"));

  expect(await redis.llen("queue:default")).toBe(1);
  expect(await redis.exists("tsq:cron:runs", "tsq:cron:claims")).toBe(0);
});

test("what was asked for an entry of a namespace that this process does not look at stays", async () => {
  await saveCron(
    redis,
    "tick",
    { cron: "* * * * *", class: "TickJob", namespace: "crm", jitter: 30 },
    { at: MADE },
  );

  await cronPoller(redis).poll(at("09:00:10"));

  expect(await redis.hkeys("tsq:cron:policies")).toEqual(["cron_job:crm:tick"]);
});

test("nothing is kept of an entry that somebody has deleted", async () => {
  await save({ jitter: 30 });
  const { poll } = cronPoller(redis);
  await poll(at("09:00:10"));
  expect(await redis.hkeys("tsq:cron:since")).toEqual([KEY]);
  await redis.srem("cron_jobs:default", KEY);
  await redis.unlink(KEY);

  await poll(at("09:00:20"));

  expect(await redis.exists("tsq:cron:since", "tsq:cron:policies")).toBe(0);
});

describe("a last time that is to come by the clock of Redis too", () => {
  const minuteMs = Math.floor(Date.now() / 60_000) * 60_000;
  const iso = (seconds: number): string => new Date(minuteMs + seconds * 1_000).toISOString();
  const rubyTime = (seconds: number): string => `${iso(seconds).slice(0, 19).replace("T", " ")} +0000`;
  const fireOnceAndLeave = async () => {
    const entry = { cron: "* * * * *", class: "TickJob" };
    await saveCron(redis, "tick", entry, { at: iso(-300) });
    const tested = cronPoller(redis);
    await tested.poll(iso(5));
    await redis.hset(KEY, "last_enqueue_time", rubyTime(3_600));
    return tested;
  };

  test("becomes that of the last instant where it has fired", async () => {
    const { poll, told } = await fireOnceAndLeave();

    await poll(iso(10));

    expect(told.repairs).toHaveLength(1);
    expect(await redis.hget(KEY, "last_enqueue_time")).toBe(rubyTime(0));
  });

  test("stays where Redis does not tell its clock", async () => {
    const { poll, told } = await fireOnceAndLeave();
    const time = vi.spyOn(redis, "time").mockRejectedValue(new Error("NOPERM"));
    onTestFinished(() => time.mockRestore());

    await poll(iso(10));

    expect(told.repairs).toEqual([]);
    expect(await redis.hget(KEY, "last_enqueue_time")).toBe(rubyTime(3_600));
  });
});

describe("a run by hand", () => {
  const runAt = async (time: string) => {
    const { firing } = cronPoller(redis).poller;
    const claimed = firing.claimByHand(KEY, ms(time));
    await firing.keep(claimed);
    return firing.fire(claimed, {
      hash: await redis.hgetall(KEY),
      policy: policyOf(undefined),
      nowMs: ms(time),
    });
  };

  test("is the last time of an entry, though an instant of long ago was missed", async () => {
    await save({ cron: "0 9 * * *" });

    await runAt("12:00:00");

    expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2030-01-01 12:00:00 +0000");
  });

  test("pushes the job of an entry whose expression nobody can read", async () => {
    await save();
    await redis.hset(KEY, "cron", "99 * * * *");

    expect(await runAt("12:00:00")).toBe("pushed");
    expect(await redis.llen("queue:default")).toBe(1);
  });
});

describe("an entry that is made anew", () => {
  test("without the date loses that of before, which some of 1.x take for yes whatever it says", async () => {
    const options = { cron: "* * * * *", class: "TickJob" };
    await saveCron(redis, "tick", { ...options, date_as_argument: true }, { at: MADE, version: 1 });

    await saveCron(redis, "tick", options, { at: MADE, version: 1 });

    expect(await redis.hexists("cron_job:tick", "date_as_argument")).toBe(0);
  });

  test("over a key of another type is in no set", async () => {
    await redis.set(KEY, "x");

    await expect(save()).rejects.toThrow("WRONGTYPE");

    expect(await redis.exists("cron_jobs:default")).toBe(0);
  });

  test("keeps the instants that have fired", async () => {
    await save();
    await cronPoller(redis).poll(at("09:00:10"));

    await saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob" }, { at: at("09:30:30") });

    expect(await redis.zrange(`${KEY}:enqueued`, "0", "-1")).toEqual([at("08:59:00"), at("09:00:00")]);
  });
});

test("a Redis that cannot be used is no fault of an entry", () => {
  expect(isOfEntry(new RedisUnusableError("no"))).toBe(false);
});
