/** What `tsq doctor` says of periodic jobs. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadFromHash } from "tsq/cron";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import type { Files } from "../../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const NOW = new Date("2026-11-28T12:00:00Z");
const find = (files: Files = {}): Promise<readonly string[]> =>
  told("cron", { url: server.url, files, now: NOW });
const schedule = (...entries: readonly (readonly [name: string, cron: string])[]): Files => ({
  "config/schedule.yml": entries
    .map(([name, cron]) => `${name}:\n  cron: "${cron}"\n  class: AJob\n`)
    .join(""),
});

test("keeps still of entries that fire as they say", async () => {
  await loadFromHash({ nightly: { cron: "0 12 * * * Europe/Paris", class: "AJob" } }, { redis: server.url });

  expect(
    await find(
      schedule(
        ["nightly", "0 12 * * * Europe/Paris"],
        ["often", "*/5 * * * * Europe/Paris"],
        ["utc", "30 2 * * * UTC"],
      ),
    ),
  ).toEqual([]);
});

test("says which entry never fires, in the file and in Redis", async () => {
  await redis.sadd("cron_jobs", "cron_job:broken");
  await redis.sadd("cron_jobs", "cron_job:leap");
  await redis.hset("cron_job:leap", {
    name: "leap",
    cron: "0 0 31 2 * UTC",
    klass: "AJob",
    status: "enabled",
  });
  await redis.hset("cron_job:broken", {
    name: "broken",
    cron: "every so often",
    klass: "AJob",
    status: "enabled",
  });

  expect(await find(schedule(["leap", "0 0 31 2 * UTC"]))).toEqual([
    expect.stringMatching(/^error config\/schedule.yml:1 The entry `leap` never fires: /),
    expect.stringMatching(/^error cron entry broken The entry `broken` never fires: /),
  ]);
});

test("says that a schedule cannot be read", async () => {
  expect(await find({ "config/schedule.yml": "nightly: [\n" })).toEqual([
    expect.stringMatching(/^error config\/schedule.yml:\d+ It cannot be read\.$/),
  ]);
});

test("says what a change of clocks skips and doubles", async () => {
  expect(await find(schedule(["a", "30 2 * * * Europe/Paris"]))).toEqual([
    "warning config/schedule.yml:1 `a` does not fire at 2027-03-28 02:30:00 in Europe/Paris: the clocks skip it.",
    "warning config/schedule.yml:1 `a` fires twice at 2027-10-31 02:30:00 in Europe/Paris: the clocks show it two times.",
  ]);
});

describe("sidekiq-cron 1 and 2 on one Redis", () => {
  const entry = (name: string) => ({ name, cron: "0 12 * * * UTC", klass: "AJob", status: "enabled" });

  test("an entry of both fires twice", async () => {
    await redis.sadd("cron_jobs", "cron_job:a");
    await redis.hset("cron_job:a", entry("a"));
    await redis.sadd("cron_jobs:default", "cron_job:default:a");
    await redis.hset("cron_job:default:a", entry("a"));

    expect(await find()).toEqual(["error cron_jobs `a` is in the keys of sidekiq-cron 1 and in those of 2."]);
  });

  test("different entries are a warning", async () => {
    await redis.sadd("cron_jobs", "cron_job:a");
    await redis.hset("cron_job:a", entry("a"));
    await redis.sadd("cron_jobs:default", "cron_job:default:b");
    await redis.hset("cron_job:default:b", entry("b"));

    expect(await find()).toEqual([
      "warning cron_jobs 1 entry of sidekiq-cron 1 and 1 of 2 are in this Redis.",
    ]);
  });

  test("a time of the last run that Ruby cannot read keeps all of them from firing", async () => {
    await redis.sadd("cron_jobs", "cron_job:a");
    await redis.hset("cron_job:a", { ...entry("a"), last_enqueue_time: "1795451241.5" });

    expect(await find()).toEqual(["error cron entry a The time of the last run of `a` is a number."]);
  });
});

test.for([
  ["1795451241", true],
  ["1795451241.5", true],
  ["1700000000 ", true],
  ["-5", true],
  ["", false],
  ["2026-11-23 16:40:03 +0000", false],
  ["1e9", false],
  ["soon", false],
] as const)(
  "a time of the last run that is %j is said to stop Ruby, and mended by a worker: %j",
  async ([time, isBroken]) => {
    const key = await saveCron(
      redis,
      "a",
      { cron: "0 12 * * * UTC", class: "AJob" },
      { at: "2030-01-01T08:59:30Z" },
    );
    await redis.hset(key, "last_enqueue_time", time);
    const worker = cronPoller(redis);

    const found = await find();
    await worker.poll("2030-01-01T09:00:10Z");

    expect(found.map((line) => line.includes("is a number"))).toEqual(isBroken ? [true] : []);
    expect(worker.told.repairs.map(([, was]) => was)).toEqual(isBroken ? [time] : []);
  },
);

test("says what was missed within a week", async () => {
  await redis.sadd("cron_jobs:default", "cron_job:default:a");
  await redis.hset("cron_job:default:a", {
    name: "a",
    cron: "0 12 * * * UTC",
    klass: "AJob",
    status: "enabled",
  });
  await redis.zadd("tsq:cron:missed", 1, "cron_job:default:a\n2026-11-01T12:00:00Z");
  expect(await find()).toEqual([]);
  await redis.zadd("tsq:cron:missed", 1, "cron_job:default:a\n2026-11-27T12:00:00Z");

  expect(await find()).toEqual([
    expect.stringMatching(
      /^warning cron entry a 1 instant of `a` was missed within a week, the last at 2026-11-27T12:00Z \(.+\)\.$/,
    ),
  ]);
});

test("says that an entry names no zone where both languages fire it", async () => {
  const files = { ...schedule(["a", "0 12 * * *"]), Procfile: "a: sidekiq -q x\nb: tsq work -q y\n" };

  expect(await find(files)).toEqual([
    "note config/schedule.yml:1 `a` names no zone, and both languages fire it.",
  ]);
  expect(await find(schedule(["a", "0 12 * * *"]))).toEqual([]);
});
