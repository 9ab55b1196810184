/** Client middleware that never answers for the job of an entry. */
import type { ClientMiddleware } from "@tsq/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { eventually } from "../../support/eventually.ts";
import { hurriedCron, OFTEN } from "../../support/hurried-cron.ts";
import { cronKeys } from "../../support/inside-cron.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
beforeEach(() => redis.flushdb());
afterAll(() => server.stop());

const save = (name: string, jobClass: string) =>
  saveCron(redis, name, { cron: "* * * * *", class: jobClass }, { at: "2030-01-01T08:59:30Z" });
const pushed = async (): Promise<readonly string[]> =>
  (await redis.lrange("queue:default", 0, -1)).map((text) => (JSON.parse(text) as { class: string }).class);

test("it keeps no other entry from firing, at no look, and its own fires once it answers", async () => {
  await save("good", "GoodJob");
  await save("bad", "BadJob");
  let isMended = false;
  const hangs: ClientMiddleware = async (payload, next) => {
    if (payload.class === "BadJob" && !isMended) await new Promise(() => {});
    await next();
  };
  const { poll, told } = cronPoller(redis, { use: [hangs], middlewareMs: 20 });

  await poll("2030-01-01T09:00:10Z");
  await poll("2030-01-01T09:01:10Z");

  expect(await pushed()).toEqual(["GoodJob", "GoodJob"]);
  expect(told.failures).toContainEqual([
    "cron_job:default:bad",
    expect.stringContaining("Expected client middleware for a job of BadJob to answer within 0.02 s"),
  ]);
  isMended = true;
  await poll("2030-01-01T09:02:10Z");
  expect(await pushed()).toContain("BadJob");
});

/** Client middleware that never answers for these classes, until it is told to, and what it was asked for. */
const hanging = (...names: readonly string[]) => {
  const asked: unknown[] = [];
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const use: ClientMiddleware = async ({ class: name }, next) => {
    asked.push(name);
    if (names.includes(name)) await answered;
    await next();
  };
  return { asked, use, answer };
};

/** At second 10 of the minutes from 09:00 on. */
const minutes = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `2030-01-01T09:${String(i).padStart(2, "0")}:10Z`);

test("no look waits to the end for it, however many instants have been taken and not fired", async () => {
  await save("good", "GoodJob");
  await save("bad", "BadJob");
  await save("worse", "WorseJob");
  const { use, asked } = hanging("BadJob", "WorseJob");
  // It is waited for for ever: a look that did so as well would never end.
  const { poll } = cronPoller(redis, { use: [use], middlewareMs: 0, lookMs: 20 });

  for (const at of minutes(5)) await poll(at);

  expect(await pushed()).toEqual(Array.from({ length: 5 }, () => "GoodJob"));
  expect(asked.filter((name) => name === "BadJob")).toHaveLength(1);
  // None is lost: each waits for its turn.
  expect((await redis.hkeys(cronKeys.CLAIMS)).length).toBe(10);
});

test("of the instants of one entry that were taken and not fired one is tried in a look", async () => {
  await save("bad", "BadJob");
  const { use, asked } = hanging("BadJob");
  const { poll } = cronPoller(redis, { use: [use], middlewareMs: 20 });
  for (const at of minutes(4)) await poll(at);
  asked.length = 0;

  // Nothing is due then.
  await redis.hset("cron_job:default:bad", "status", "disabled");
  await poll("2030-01-01T09:05:10Z");

  expect(asked).toEqual(["BadJob"]);
});

test("of the instants of one entry that are made up one is tried in a look, and the others are taken for later ones", async () => {
  await saveCron(
    redis,
    "bad",
    { cron: "* * * * *", class: "BadJob", catch_up: "all" },
    { at: "2030-01-01T08:59:30Z" },
  );
  await cronPoller(redis).poll("2030-01-01T09:00:10Z");
  const { use, asked } = hanging("BadJob");
  const { poll } = cronPoller(redis, { use: [use], middlewareMs: 20 });

  await poll("2030-01-01T09:06:10Z");

  // One that is due, and one of the five that are late.
  expect(asked).toEqual(["BadJob", "BadJob"]);
  expect(await redis.hlen(cronKeys.CLAIMS)).toBe(6);
});

test("what several entries have taken and not fired is fired at once", async () => {
  await save("one", "OneJob");
  await save("two", "TwoJob");
  const dies = hanging("OneJob", "TwoJob");
  await cronPoller(redis, { use: [dies.use], middlewareMs: 20 }).poll("2030-01-01T09:00:10Z");
  let isMet = (): void => {};
  const met = new Promise<void>((resolve) => (isMet = resolve));
  const ticks: string[] = [];
  // Each waits for the other one to be asked as well.
  const meets: ClientMiddleware = async ({ class: name }, next) => {
    if (ticks.push(name) === 2) isMet();
    await met;
    await next();
  };
  await redis.hset("cron_job:default:one", "status", "disabled");
  await redis.hset("cron_job:default:two", "status", "disabled");

  await cronPoller(redis, { use: [meets], middlewareMs: 0, lookMs: 60_000 }).poll("2030-01-01T09:01:30Z");

  expect((await pushed()).toSorted()).toEqual(["OneJob", "TwoJob"]);
});

test("what it answers behind the end of the look is pushed, and its entry goes on", async () => {
  await save("bad", "BadJob");
  const { use, answer } = hanging("BadJob");
  const { poll, told } = cronPoller(redis, { use: [use], middlewareMs: 0, lookMs: 20 });
  await poll("2030-01-01T09:00:10Z");
  await poll("2030-01-01T09:01:10Z");
  expect(await pushed()).toEqual([]);

  answer();
  await eventually(async () => expect(await pushed()).toEqual(["BadJob"]));
  await poll("2030-01-01T09:02:30Z");

  // The one of 09:01 was taken, and waited for its turn.
  expect(await pushed()).toEqual(["BadJob", "BadJob", "BadJob"]);
  expect(told.failures).toEqual([]);
  expect(told.firings.map(([, tick]) => tick).toSorted()).toEqual([
    "2030-01-01T09:00:00Z",
    "2030-01-01T09:01:00Z",
    "2030-01-01T09:02:00Z",
  ]);
});

test("what Redis refuses behind the end of the look is told with the entry", async () => {
  await save("bad", "BadJob");
  await redis.set("queue:default", "no list");
  const { use, answer } = hanging("BadJob");
  const { poll, told } = cronPoller(redis, { use: [use], middlewareMs: 0, lookMs: 20 });
  await poll("2030-01-01T09:00:10Z");

  answer();

  await eventually(() =>
    expect(told.failures).toEqual([["cron_job:default:bad", expect.stringContaining("WRONGTYPE")]]),
  );
});

test("it is waited for as long as `hookTimeoutMs` of the worker says", async () => {
  const workers = new TestWorkers(server);
  await save("bad", "BadJob");
  const { use } = hanging("BadJob");
  const worker = workers.make({
    extensions: [hurriedCron({})],
    clientMiddleware: [use],
    hookTimeoutMs: 30,
    ...OFTEN,
  });
  try {
    await worker.start();
    await eventually(() =>
      expect(JSON.stringify(workers.log)).toContain(
        "Expected client middleware for a job of BadJob to answer within 0.03 s",
      ),
    );
  } finally {
    await worker.stop();
    await redis.del(cronKeys.CLAIMS);
    await workers.end();
  }
});
