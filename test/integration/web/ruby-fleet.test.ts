/** A fleet of Ruby alone: what Sidekiq does not keep is left out, and never a column of zeros. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let dashboard: Served;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushdb();
  await dashboard?.stop();
  dashboard = await serveDashboard({ redis: server.url });
});
afterAll(() => dashboard.stop());

const IDENTITY = "ruby:1:ab";

/** A process with one job that it runs, as Sidekiq writes them; 6.4 says no version. */
const work = async (version: string | undefined) => {
  const now = Math.floor(Date.now() / 1_000);
  const info = { hostname: "ruby", pid: 1, queues: ["default"], concurrency: 5, identity: IDENTITY, version };
  const payload = { class: "HardJob", args: [], jid: "a1", queue: "default", retry: true };
  const run = { queue: "default", payload: version ? JSON.stringify(payload) : payload, run_at: now - 60 };
  await redis.sadd("processes", IDENTITY);
  await redis.hset(IDENTITY, { info: JSON.stringify(info), busy: 1, beat: now, quiet: "false" });
  await redis.hset(version ? `${IDENTITY}:work` : `${IDENTITY}:workers`, "t1", JSON.stringify(run));
  await redis.set("stat:processed", 10);
};

test("that is too old for metrics has no throughput, no failures and no averages", async () => {
  await work(undefined);

  const [first, busy, metrics] = await Promise.all(
    ["/", "/busy", "/metrics"].map(async (path) => (await dashboard.get(path)).text),
  );

  expect(first).toContain("1 of 5");
  expect(first).not.toMatch(/Throughput|Failing/);
  expect(busy).toContain("HardJob");
  expect(busy).not.toMatch(/Memory|average<\/th>/);
  expect(metrics).toContain("from version 7 on");
});

test("that has run nothing for an hour has a throughput of none, which is known", async () => {
  await work("8.1.7");

  const { text } = await dashboard.get("/");

  expect(text).toContain("Throughput");
  expect((await dashboard.get("/busy")).text).not.toContain("Against its average");
});
