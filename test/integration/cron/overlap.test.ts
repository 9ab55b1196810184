/** Runs of an entry that are watched: the worker that runs them says how they end. */
import { defineJob } from "@tsq/core";
import { cronExtension, CronSchedule } from "@tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
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
afterEach(async () => {
  await workers.redis.unlink("tsq:cron:policies");
  await workers.end();
});
afterAll(() => server.stop());

const OFTEN = { cronPollInterval: 0.05 };
let now = 0;
const extension = () =>
  cronExtension({}, readScheduleFile, { now: () => now, random: () => 0, firstWaitMs: 0 });

const at = (time: string): void => void (now = Date.parse(`2030-01-01T${time}Z`));

test("an instant waits for the end of the run before it with `overlap: queue`, and fires then", async () => {
  const open = gate();
  let runs = 0;
  const slow = defineJob("SlowJob", async () => {
    if (++runs === 1) await open.opened;
  });
  at("09:00:03");
  const entry = { cron: "* * * * *", class: "SlowJob", overlap: "queue" } as const;
  await saveCron(workers.redis, "slow", entry, { at: "2030-01-01T08:59:30Z" });
  await workers.start({ jobs: [slow], extensions: [extension()], ...OFTEN });
  await eventually(() => expect(runs).toBe(1));

  at("09:01:03");
  await workers.logged("Cron entry waits: its last run goes on");
  expect(runs).toBe(1);
  open.open();

  await eventually(() => expect(runs).toBe(2));
  await eventually(async () => {
    await using schedule = new CronSchedule({ redis: workers.target });
    const found = await schedule.find("slow");
    expect(found?.lastRun).toMatchObject({ state: "done" });
  });
  expect(await workers.redis.exists("tsq:cron:waiting", "tsq:cron:claims")).toBe(0);
});

test("a run that fails for good is an outcome, one that is retried is none", async () => {
  const broken = defineJob("BrokenJob", { retry: 0 }, () => {
    throw new Error("broken");
  });
  at("09:00:03");
  const entry = { cron: "* * * * *", class: "BrokenJob", outcomes: true } as const;
  await saveCron(workers.redis, "broken", entry, { at: "2030-01-01T08:59:30Z", jobs: [broken] });

  await workers.start({ jobs: [broken], extensions: [extension()], ...OFTEN });

  await eventually(async () => {
    await using schedule = new CronSchedule({ redis: workers.target });
    const found = await schedule.find("broken");
    expect(found?.lastRun).toMatchObject({ state: "dead", pushedAt: new Date(now), endedAt: new Date(now) });
  });
});

test("a run that is to be retried goes on: the next instant is left out with `overlap: skip`", async () => {
  const broken = defineJob("BrokenJob", { retry: 5 }, () => {
    throw new Error("broken");
  });
  at("09:00:03");
  const entry = { cron: "* * * * *", class: "BrokenJob", overlap: "skip" } as const;
  await saveCron(workers.redis, "broken", entry, { at: "2030-01-01T08:59:30Z", jobs: [broken] });
  await workers.start({ jobs: [broken], extensions: [extension()], ...OFTEN });
  await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(1));

  at("09:01:03");

  await workers.logged("Cron entry left out: its last run goes on");
  expect(await workers.redis.hget("tsq:cron:runs", "cron_job:default:broken")).toMatch(/^running /);
});
