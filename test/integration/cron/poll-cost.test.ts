/** What a look at the schedule costs. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
afterAll(() => server.stop());

const MADE = "2030-01-01T08:59:30Z";

test("a poll of a schedule that nobody changes costs two round trips, and one more for what it writes", async () => {
  for (let i = 0; i < 30; i++)
    await saveCron(redis, `e${i}`, { cron: "0 0 * * *", class: "TickJob" }, { at: MADE });
  const { poll } = cronPoller(redis);
  await poll("2030-01-01T09:00:10Z");
  const pipelines = vi.spyOn(redis, "pipeline");
  const commands = vi.spyOn(redis, "sendCommand");
  onTestFinished(() => {
    pipelines.mockRestore();
    commands.mockRestore();
  });

  await poll("2030-01-01T09:00:40Z");

  expect(pipelines).toHaveBeenCalledTimes(3);
  // What goes with a pipeline has its stream beside it.
  const alone = commands.mock.calls.filter(([, stream]) => stream === undefined);
  expect(alone).toEqual([]);
});
