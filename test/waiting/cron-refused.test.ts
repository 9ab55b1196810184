/** A Redis that refuses everybody: no entry is told to be wrong, and what is missed by it is told as that. */
import { defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cronPoller, saveCron } from "../support/cron.ts";
import { eventually } from "../support/eventually.ts";
import { fileOf, hurriedCron, NEVER, OFTEN } from "../support/hurried-cron.ts";
import { isOfEntry } from "../support/inside-cron.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(async () => {
  await room();
  await workers.end();
});
afterAll(() => server.stop());

const full = () => workers.redis.config("SET", "maxmemory", "1");
const room = () => workers.redis.config("SET", "maxmemory", "0");

const MINUTELY = { cron: "* * * * *", class: "TickJob" };
const save = (name: string, at: string) => saveCron(workers.redis, name, MINUTELY, { at });

test("a poll that a full Redis refuses fails as a whole, and what is missed by it is told so", async () => {
  await save("a", "2030-01-01T08:59:30Z");
  await save("b", "2030-01-01T08:59:30Z");
  const { poll, told } = cronPoller(workers.redis);
  await poll("2030-01-01T08:59:50Z");

  await full();
  await expect(poll("2030-01-01T09:00:10Z")).rejects.toThrow("OOM");
  await expect(poll("2030-01-01T09:03:10Z")).rejects.toThrow("OOM");
  await room();
  await poll("2030-01-01T09:04:10Z");

  expect(told.failures).toEqual([]);
  expect(told.misses.filter(([key]) => key.endsWith(":a"))).toEqual(
    ["09:00:00", "09:01:00", "09:02:00", "09:03:00"].map((time) => ["cron_job:default:a", time, "redis"]),
  );
  expect(told.firings.map(([, tick]) => tick)).toEqual(["2030-01-01T09:04:00Z", "2030-01-01T09:04:00Z"]);
});

test("an instant from before the polls that were refused is one for which nobody was there", async () => {
  await save("a", "2030-01-01T08:29:30Z");
  const { poll, told } = cronPoller(workers.redis);
  await poll("2030-01-01T08:59:50Z");

  await full();
  await expect(poll("2030-01-01T09:03:10Z")).rejects.toThrow("OOM");
  await room();
  await poll("2030-01-01T09:04:30Z");

  expect(told.misses.map(([, time, reason]) => [time, reason]).slice(-3)).toEqual([
    ["09:01:00", "nobody"],
    ["09:02:00", "nobody"],
    ["09:03:00", "redis"],
  ]);
});

test("a worker tells a full Redis once with its remedy, no entry, and when it is over", async () => {
  const job = defineJob("TickJob", () => {});
  await save("a", "2030-01-01T08:59:30Z");
  await save("b", "2030-01-01T08:59:30Z");
  await full();

  await workers.start({ jobs: [job], extensions: [hurriedCron({})], ...OFTEN });

  await eventually(() =>
    expect(workers.messages(40)).toContainEqual(expect.stringMatching(/is full \(OOM.*maxmemory/)),
  );
  await room();
  await workers.logged("Cron entry fired");
  expect(workers.messages().filter((msg) => msg.includes("does not fire"))).toEqual([]);
  expect(workers.messages().filter((msg) => msg.includes("is full"))).toHaveLength(1);
});

test("a schedule that a full Redis does not take is loaded by a later poll, and without polls that is told", async () => {
  const job = defineJob("TickJob", () => {});
  const file = fileOf('tick: {cron: "0 2 * * *", class: TickJob}\n');
  await full();

  await workers.start({ jobs: [job], extensions: [hurriedCron({ file })], ...OFTEN });
  expect(workers.errors.map(({ context }) => context.context)).not.toContainEqual(
    expect.stringContaining("could not be loaded"),
  );
  await workers.start({ jobs: [job], extensions: [hurriedCron({ file })], ...NEVER });

  await eventually(() =>
    expect(workers.errors.map(({ context }) => context.context)).toContainEqual(
      expect.stringMatching(/could not be loaded\. Start the worker again/),
    ),
  );
  await room();
  await workers.logged("Cron schedule loaded");
});

const REFUSALS = [
  "OOM command not allowed when used memory > 'maxmemory'. script: 0123, on @user_script:4.",
  "READONLY You can't write against a read only replica.",
  "NOREPLICAS Not enough good replicas to write.",
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
  "LOADING Redis is loading the dataset in memory",
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  "NOPERM this user has no permissions to run the 'zadd' command",
];

test.for(REFUSALS)("`%.20s` is no fault of an entry", (text) => {
  expect(isOfEntry(replyError(text))).toBe(false);
  const aborted = Object.assign(replyError("EXECABORT Transaction discarded"), {
    previousErrors: [replyError(text)],
  });
  expect(isOfEntry(aborted)).toBe(false);
});

test("keys that a user may not use are that of the entries with those keys", () => {
  expect(isOfEntry(replyError("NOPERM this user has no permissions to access one of the keys"))).toBe(true);
  expect(isOfEntry(replyError("WRONGTYPE Operation against a key"))).toBe(true);
});

const replyError = (text: string): Error => Object.assign(new Error(text), { name: "ReplyError" });
