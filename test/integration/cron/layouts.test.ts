/** Entries that tsq has written as of sidekiq-cron 2.x, where Ruby has 1.x. */
import { defineJob } from "@tsq/core";
import { cron, defineCron } from "tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { saveCron } from "../../support/cron.ts";
import { fileOf, hurriedCron, NEVER, OFTEN } from "../../support/hurried-cron.ts";
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

const FIRST = { cronLayout: "1.x" as const };

const job = defineJob("NightlyJob", { queue: "reports", retry: 2 }, () => {});

test("entries that were written as of 2.x before Ruby wrote its own of 1.x move there, and leave nothing of theirs behind", async () => {
  const at = "2030-01-01T08:59:00Z";
  const entry = { cron: "* * * * *", class: "NightlyJob" };
  for (const name of ["both", "ours"]) await saveCron(workers.redis, name, entry, { at, source: "schedule" });
  await saveCron(workers.redis, "by hand", entry, { at });
  await workers.redis.hset("cron_job:default:ours", "status", "disabled");
  const fired = await workers.redis.zrange("cron_job:default:ours:enqueued", "0", "-1", "WITHSCORES");
  const file = fileOf(`
both: {cron: "* * * * *", class: NightlyJob, queue: edited}
ours: {cron: "* * * * *", class: NightlyJob}
`);
  await saveCron(workers.redis, "both", entry, { at, version: 1 });

  await workers.start({ jobs: [job], extensions: [cron({ file })] });

  expect((await workers.redis.smembers("cron_jobs")).toSorted()).toEqual(["cron_job:both", "cron_job:ours"]);
  expect(await workers.redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:by hand"]);
  expect((await workers.redis.keys("cron_job:default:*")).toSorted()).toEqual([
    "cron_job:default:by hand",
    "cron_job:default:by hand:enqueued",
  ]);
  expect(await workers.redis.hget("cron_job:both", "message")).toContain('"queue":"edited"');
  expect(await workers.redis.hget("cron_job:ours", "status")).toBe("disabled");
  expect(await workers.redis.zrange("cron_job:ours:enqueued", "0", "-1", "WITHSCORES")).toEqual(fired);
});

test("a running worker moves its entries to 1.x when Ruby writes there after it", async () => {
  const entries = [defineCron("both", { cron: "* * * * *", class: job })];
  await workers.start({ jobs: [job], extensions: [hurriedCron({ entries })], ...OFTEN });
  await eventually(async () => expect(await workers.redis.exists("tsq:cron:polled")).toBe(1));
  expect(await workers.redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:both"]);

  await saveCron(
    workers.redis,
    "both",
    { cron: "* * * * *", class: "NightlyJob" },
    { at: "2030-01-01T08:59:00Z", version: 1 },
  );

  await eventually(async () => expect(await workers.redis.exists("cron_jobs:default")).toBe(0));
  expect(await workers.redis.smembers("cron_jobs")).toEqual(["cron_job:both"]);
});

test("an entry that a schedule has made as of 2.x is told and stays, where this schedule is of 1.x", async () => {
  const at = "2030-01-01T08:59:00Z";
  const entry = { cron: "* * * * *", class: "NightlyJob" };
  await saveCron(workers.redis, "theirs", entry, { at, source: "schedule" });
  for (const name of ["kept", "old"])
    await saveCron(workers.redis, name, entry, { at, source: "schedule", version: 1 });
  const file = fileOf('kept: {cron: "* * * * *", class: NightlyJob}');

  await workers.start({ jobs: [job], extensions: [cron({ file })], ...NEVER });

  expect(await workers.redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:theirs"]);
  expect(await workers.redis.hget("cron_job:default:theirs", "source")).toBe("schedule");
  expect(await workers.redis.smembers("cron_jobs")).toEqual(["cron_job:kept"]);
  expect(workers.log.filter(({ level }) => level === 40)).toMatchObject([
    { entries: ["theirs"], msg: expect.stringContaining("tsq cron delete NAME") as string },
  ]);
});

describe("on an empty Redis new entries go into the keys", () => {
  const entries = [defineCron("nightly", { cron: "0 2 * * *", class: job })];
  const sets = () => workers.redis.keys("cron_jobs*");

  test("of 2.x, where nothing says otherwise", async () => {
    await workers.start({ jobs: [job], extensions: [cron({ entries })], ...NEVER });

    expect(await sets()).toEqual(["cron_jobs:default"]);
  });

  test("of 1.x with `cronLayout`", async () => {
    await workers.start({ jobs: [job], extensions: [cron({ entries })], ...NEVER, ...FIRST });

    expect(await sets()).toEqual(["cron_jobs"]);
  });

  test("of 2.x with `layout` of cron(), which goes before `cronLayout`", async () => {
    await workers.start({
      jobs: [job],
      extensions: [cron({ entries, layout: "2.x" })],
      ...NEVER,
      ...FIRST,
    });

    expect(await sets()).toEqual(["cron_jobs:default"]);
  });
});
