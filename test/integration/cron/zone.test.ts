/** What a worker says of the variable TZ, by which entries without a zone fire. */
import { defineJob } from "@tsq/core";
import { cronExtension } from "@tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { saveCron } from "../../support/cron.ts";
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

// Spread: other files of this program declare options of extensions under another name.
const OFTEN = { cronPollInterval: 0.05 };

const job = defineJob("NightlyJob", () => {});

const HISTORY = "cron_job:default:tick:jid_history";

/** With a clock that tests set, and no wait before the first poll. */
const movingClock = (at: string) => {
  let now = Date.parse(at);
  return {
    extension: cronExtension({}, readScheduleFile, { now: () => now, random: () => 0, firstWaitMs: 0 }),
    set: (time: string) => void (now = Date.parse(time)),
  };
};

test("warns once of a TZ that is no zone, when an entry goes by it", async () => {
  vi.stubEnv("TZ", "JST-9");
  onTestFinished(() => void vi.unstubAllEnvs());
  const entry = { cron: "* * * * *", class: "NightlyJob" };
  await saveCron(workers.redis, "tick", entry, { at: "2030-01-01T08:59:00Z" });
  const clock = movingClock("2030-01-01T09:00:03Z");

  await workers.start({ jobs: [job], extensions: [clock.extension], ...OFTEN });

  const warnings = () => workers.log.filter(({ level }) => level === 40);
  await eventually(() =>
    expect(warnings()).toMatchObject([
      { TZ: "JST-9", msg: expect.stringContaining("Expected the variable TZ to be a time zone") as string },
    ]),
  );
  clock.set("2030-01-01T09:01:03Z");
  await eventually(async () => expect(await workers.redis.llen(HISTORY)).toBe(2));
  expect(warnings()).toHaveLength(1);
});

test("says nothing of TZ while each entry has its zone", async () => {
  vi.stubEnv("TZ", "JST-10");
  onTestFinished(() => void vi.unstubAllEnvs());
  const entry = { cron: "* * * * * UTC", class: "NightlyJob" };
  await saveCron(workers.redis, "tick", entry, { at: "2030-01-01T08:59:00Z" });
  const clock = movingClock("2030-01-01T09:00:03Z");

  await workers.start({ jobs: [job], extensions: [clock.extension], ...OFTEN });

  await eventually(async () => expect(await workers.redis.llen(HISTORY)).toBe(1));
  clock.set("2030-01-01T09:01:03Z");
  await eventually(async () => expect(await workers.redis.llen(HISTORY)).toBe(2));
  expect(workers.messages(40)).toEqual([]);
});
