/** What a rescuer says of a Redis that takes no writes. */
import { Outage } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { hurry } from "../../support/hurry.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => server.stop());

test("a refusal that lasts over several looks is told of once, and its end once", async () => {
  const errors: unknown[] = [];
  const said: string[] = [];
  const one = rescuerFor({
    redis: workers.target,
    log: workers.logger,
    outage: new Outage({ begun: ({ message }) => said.push(message), over: (kind) => said.push(kind) }),
    onError: (error) => errors.push(error),
  });
  const looks = async (): Promise<number> =>
    Number(/cmdstat_hgetall:calls=(\d+)/.exec(await workers.redis.info("commandstats"))?.[1] ?? 0);
  await workers.redis.hset("tsq:owners", "web:1:abc~default~0", '["a"]');
  await workers.redis.config("SET", "min-replicas-to-write", "1");
  await workers.redis.config("RESETSTAT");

  hurry();
  one.start();
  await eventually(async () => expect(await looks()).toBeGreaterThanOrEqual(5));
  await workers.redis.config("SET", "min-replicas-to-write", "0");
  await eventually(() => expect(said).toHaveLength(2));
  await one.stop();

  expect(said).toEqual([expect.stringMatching(/^NOREPLICAS /), "NOREPLICAS"]);
  expect(errors).toEqual([]);
});
