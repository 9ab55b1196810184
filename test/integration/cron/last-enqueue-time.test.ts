/** What an entry's `last_enqueue_time` may say, so that no instant that is due is passed over in silence, or fired twice. */
import type { CronOptions } from "@tsq/cron";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { concludeRun, policyOf } from "../../support/inside-cron.ts";
import { queued } from "../../support/jobs-in-redis.ts";
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
const save = (options: Partial<CronOptions> = {}, at = MADE) =>
  saveCron(redis, "tick", { cron: "* * * * *", class: "TickJob", ...options }, { at });
const pushed = () => redis.llen("queue:default");

test("an instant that another fires, whose clock is behind it, counts as fired", async () => {
  await save({ cron: "1 * * * *", catch_up: "last", date_as_argument: true });
  await redis.hset(KEY, "last_enqueue_time", "2030-01-01 08:01:05 +0000");
  const dying = cronPoller(redis, {
    use: [
      () => {
        throw new Error("as if it died here");
      },
    ],
  });
  await dying.poll("2030-01-01T09:01:01Z");
  const { poll, told } = cronPoller(redis);
  await poll("2030-01-01T08:59:01Z");
  expect(await pushed()).toBe(1);

  await poll("2030-01-01T09:02:30Z");

  expect(told.misses).toEqual([]);
  expect(await pushed()).toBe(1);
  const [job] = await queued(redis, "default");
  expect(Math.floor(Number(job?.args[0]))).toBe(Date.parse("2030-01-01T09:01:00Z") / 1_000);
});

test("a run by hand leaves the instant that is due to be fired", async () => {
  await save();
  const { poll, poller } = cronPoller(redis);
  await poll("2030-01-01T09:00:10Z");
  const byHand = async (at: string): Promise<void> => {
    const nowMs = Date.parse(at);
    const claimed = poller.firing.claimByHand(KEY, nowMs);
    await poller.firing.keep(claimed);
    await poller.firing.fire(claimed, { hash: await redis.hgetall(KEY), policy: policyOf(undefined), nowMs });
  };

  await byHand("2030-01-01T09:00:40Z");
  expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2030-01-01 09:00:40 +0000");
  // In its very second, and after it.
  await byHand("2030-01-01T09:01:00Z");
  await byHand("2030-01-01T09:01:05Z");
  expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2030-01-01 09:00:40 +0000");

  expect(await poll("2030-01-01T09:01:10Z")).toBe(1);
  expect(await pushed()).toBe(5);
  expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2030-01-01 09:01:10 +0000");
});

test("a run that has waited for another leaves the instant that is due to be fired", async () => {
  await save({ overlap: "queue" });
  const { poll, poller, told } = cronPoller(redis);
  await poll("2030-01-01T09:00:10Z");
  await poll("2030-01-01T09:01:10Z");
  const [running] = await queued(redis);

  // It ends when the next instant has come, and no poll yet.
  const nowMs = Date.parse("2030-01-01T09:02:03Z");
  await concludeRun(
    { payload: running, jid: running?.jid, startedAtMs: nowMs } as never,
    { kind: "done" } as never,
    { redis, firing: poller.firing, tell: told, nowMs },
  );
  await poll("2030-01-01T09:02:20Z");

  expect(told.firings.map(([, tick, what]) => [tick.slice(11, 16), what])).toEqual([
    ["09:00", "pushed"],
    ["09:01", "waits"],
    ["09:01", "pushed"],
    ["09:02", "waits"],
  ]);
});

test("what a dead process had taken, fired when the next is due, leaves that to be fired", async () => {
  await save({ cron: "*/2 * * * *" });
  await redis.hset(
    "tsq:cron:claims",
    `${KEY}\n2030-01-01T09:00:00Z`,
    `${Date.parse("2030-01-01T09:00:05Z")} dead 1`,
  );
  await redis.zadd(
    `${KEY}:enqueued`,
    `${Date.parse("2030-01-01T09:00:00Z") / 1_000}.0`,
    "2030-01-01T09:00:00Z",
  );
  const { poller, poll } = cronPoller(redis);
  const claimed = await poller.firing.takeOver(
    `${KEY}\n2030-01-01T09:00:00Z`,
    `${Date.parse("2030-01-01T09:00:05Z")} dead 1`,
    Date.parse("2030-01-01T09:02:03Z"),
  );
  await poller.firing.fire(claimed as never, {
    hash: await redis.hgetall(KEY),
    policy: policyOf(undefined),
    nowMs: Date.parse("2030-01-01T09:02:03Z"),
  });
  expect(await redis.hget(KEY, "last_enqueue_time")).toBe("2030-01-01 09:00:00 +0000");

  expect(await poll("2030-01-01T09:02:05Z")).toBe(1);
});

/** A minute after the last one began: an entry is due, and an hour from now is to come by the clock of Redis too. */
const thisMinute = (): number => Math.floor(Date.now() / 60_000) * 60_000 + 5_000;

test("a time to come, which a process with a wrong clock has left, is mended, and the entry fires", async () => {
  const nowMs = thisMinute();
  await save({}, new Date(nowMs - 300_000).toISOString());
  const ahead = new Date(nowMs + 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  await redis.hset(KEY, "last_enqueue_time", `${ahead} +0000`);
  const { poll, told } = cronPoller(redis);

  expect(await poll(new Date(nowMs).toISOString())).toBe(1);

  expect(told.repairs).toEqual([[KEY, `${ahead} +0000`, expect.stringMatching(/ \+0000$/)]]);
  expect(await pushed()).toBe(1);
  expect(await poll(new Date(nowMs + 20_000).toISOString())).toBe(0);
});

test("a time to come does not make an instant fire twice", async () => {
  const nowMs = thisMinute();
  await save({ catch_up: "all" }, new Date(nowMs - 300_000).toISOString());
  const pollers = [cronPoller(redis), cronPoller(redis)];
  await pollers[0]?.poll(new Date(nowMs).toISOString());
  const ahead = new Date(nowMs + 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  await redis.hset(KEY, "last_enqueue_time", `${ahead} +0000`);

  for (const after of [10_000, 30_000, 50_000])
    await Promise.all(pollers.map(({ poll }) => poll(new Date(nowMs + after).toISOString())));

  expect(await pushed()).toBe(1);
});

test("a time that is to come only by the clock of this process stays", async () => {
  await save({}, "2020-01-01T08:59:30Z");
  await redis.hset(KEY, "last_enqueue_time", "2020-01-01 10:00:00 +0000");
  const { poll, told } = cronPoller(redis);

  expect(await poll("2020-01-01T09:00:05Z")).toBe(0);

  expect(told.repairs).toEqual([]);
});

test.each(["tsq", "Ruby"])(
  "an expression that %s changes has missed nothing before it was there",
  async (who) => {
    await save({ cron: "0 1 * * *", catch_up: "all" }, "2029-12-31T00:30:00Z");
    const { poll, told } = cronPoller(redis);
    // As of a day ago: nothing is left that says when the entry was made.
    await redis.del(`${KEY}:enqueued`);
    await poll("2030-01-01T01:00:10Z");
    await poll("2030-01-01T09:10:30Z");

    if (who === "Ruby") await redis.hset(KEY, "cron", "9 * * * *");
    else await save({ cron: "9 * * * *", catch_up: "all" }, "2030-01-01T09:10:48Z");
    for (const at of ["09:10:58", "09:11:28", "09:11:58"]) await poll(`2030-01-01T${at}Z`);
    expect(told.misses).toEqual([]);
    expect(await pushed()).toBe(1);

    await poll("2030-01-01T10:20:00Z");
    expect(told.misses).toEqual([[KEY, "10:09:00", "nobody"]]);
  },
);
