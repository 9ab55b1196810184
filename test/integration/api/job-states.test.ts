/** What `it-<jid>` says of jobs, and cancelling one by the data API. */
import type { Redis } from "ioredis";
import { Jobs } from "tsq/api";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let jobs: Jobs;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  jobs = new Jobs({ redis: server.url });
});
afterAll(async () => {
  await jobs.close();
  await server.stop();
});
beforeEach(() => redis.flushdb());

test("each jid has its state, in their order, and what is no hash says nothing", async () => {
  await redis.hset("it-a", { ex: "2", c: '"x"', rt: "1.5" });
  await redis.set("it-b", "text");

  expect(await jobs.states(["b", undefined, "a", ""])).toEqual([
    { iteration: undefined, cancelledAt: undefined },
    { iteration: undefined, cancelledAt: undefined },
    { iteration: { executions: 2, cursor: '"x"', runtimeSeconds: 1.5 }, cancelledAt: undefined },
    { iteration: undefined, cancelledAt: undefined },
  ]);
});

test("a cancel marks the job for Ruby and for tsq, and says when it was first asked for", async () => {
  const first = await jobs.cancel("a");

  expect(await jobs.cancel("a")).toEqual(first);
  expect(await jobs.states(["a"])).toEqual([{ iteration: undefined, cancelledAt: first }]);
  expect(await redis.zscore("tsq:cancelled", "a")).not.toBeNull();
  await expect(jobs.cancel("")).rejects.toThrow("Expected the jid of a job");
});
