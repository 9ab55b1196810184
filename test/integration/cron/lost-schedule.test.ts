/** What a worker does about a schedule that is no longer in Redis. */
import { defineJob } from "@tsq/core";
import { defineCron } from "@tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { fileOf, hurriedCron, OFTEN } from "../../support/hurried-cron.ts";
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

const job = defineJob("NightlyJob", { queue: "reports", retry: 2 }, () => {});

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
