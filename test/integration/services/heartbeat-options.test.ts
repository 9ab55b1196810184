/** What of the redis options goes to the heartbeat's thread. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

test("a worker starts with redis options that hold functions, however deep", async () => {
  const call = (): undefined => undefined;
  // Of sentinels, of which there are none here.
  const sentinelTLS = { checkServerIdentity: call, own: [{ call }, call], ca: Buffer.from("ca") };
  const redis = { ...workers.target, sentinelTLS };
  const worker = workers.make({ redis });

  await worker.start();

  await worker.stop();
  expect(workers.errors).toEqual([]);
});
