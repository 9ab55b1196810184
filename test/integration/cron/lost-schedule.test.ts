/** What a worker does about a schedule that is no longer in Redis. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineJob } from "@tsq/core";
import { cronExtension, defineCron } from "@tsq/cron";
import type { CronExtensionOptions } from "@tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { readScheduleFile } from "../../support/inside-tsq.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

const fileOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-cron-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "schedule.yml");
  writeFileSync(path, text);
  return path;
};

// Spread: other files of this program declare options of extensions under another name.
const OFTEN = { cronPollInterval: 0.05 };

const job = defineJob("NightlyJob", { queue: "reports", retry: 2 }, () => {});

/** With a clock that stands, and no wait before the first poll. */
const hurriedCron = (options: CronExtensionOptions) =>
  cronExtension(options, readScheduleFile, {
    now: () => Date.parse("2030-01-01T09:00:03Z"),
    random: () => 0,
    firstWaitMs: 0,
  });

test("a worker loads its schedule again when Redis has come back empty", async () => {
  const file = fileOf('nightly: {cron: "0 2 * * *", class: NightlyJob}\n');
  const ofCode = defineCron("hourly", { cron: "0 * * * *", class: "NightlyJob" });
  await workers.start({ jobs: [job], extensions: [hurriedCron({ file, entries: [ofCode] })], ...OFTEN });
  await eventually(async () => expect(await workers.redis.exists("tsq:cron:polled")).toBe(1));

  await workers.redis.flushdb();

  await eventually(async () =>
    expect((await workers.redis.smembers("cron_jobs:default")).toSorted()).toEqual([
      "cron_job:default:hourly",
      "cron_job:default:nightly",
    ]),
  );
  await eventually(() =>
    expect(workers.messages()).toContainEqual(expect.stringMatching(/^Redis has come back empty/)),
  );
});

test("an entry that somebody has deleted stays deleted", async () => {
  const file = fileOf('nightly: {cron: "0 2 * * *", class: NightlyJob}\n');
  await workers.start({ jobs: [job], extensions: [hurriedCron({ file })], ...OFTEN });
  await eventually(async () => expect(await workers.redis.exists("tsq:cron:polled")).toBe(1));

  await workers.redis.del("cron_job:default:nightly", "cron_jobs:default", "tsq:cron:since");

  // A poll that sees that it is gone forgets what it knew of it.
  await workers.redis.hset("tsq:cron:since", "cron_job:default:nightly", "1 x");
  await eventually(async () => expect(await workers.redis.exists("tsq:cron:since")).toBe(0));
  expect(await workers.redis.exists("cron_jobs:default")).toBe(0);
});
