/** Client middleware that never answers for the job of an entry. */
import type { ClientMiddleware } from "@tsq/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { cronPoller, saveCron } from "../../support/cron.ts";
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
