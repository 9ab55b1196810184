/** Who lists the clients of a server sees whose they are. */
import { Client } from "@tsq/core";
import { VERSION } from "@tsq/core/protocol";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(() => server.stop());

test("every connection of a worker and of a client names tsq and its version as its library", async ({
  skip,
}) => {
  const version = /redis_version:(\d+\.\d+)/.exec(await server.client().info("server"))?.[1];
  if (Number(version) < 7.2) {
    console.warn(`Skipped: library names, because the server is version ${version}; they came with 7.2.`);
    skip("library names came with Redis 7.2");
  }
  await workers.start({ fetch: "reliable", queues: ["a", "b"] });
  const client = new Client({ redis: workers.target });
  onTestFinished(() => client.close());
  await client.push({ class: "HardJob", args: [] });

  const all = await workers.connections();
  await eventually(async () =>
    expect(await workers.connections(` lib-name=tsq lib-ver=${VERSION}`)).toEqual(all),
  );

  // Fetch, pads, poller, rescuer, the thread that beats, and the client.
  expect(all.length).toBeGreaterThan(4);
  await client.close();
  await workers.end();
});
