/** The JSON of the dashboard, which scrapers read as that of Sidekiq::Web. */
import type { Redis } from "ioredis";
import { Client } from "tsq";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let client: Client;
let dashboard: Served;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  client = new Client({ redis: server.url });
  dashboard = await serveDashboard({ redis: server.url });
});
afterAll(async () => {
  await dashboard.stop();
  await client.close();
  await server.stop();
});
beforeEach(() => redis.flushdb());

test("/stats has the fields of Sidekiq::Web", async () => {
  await client.push({ class: "HardJob", args: [1] });
  await redis.mset("stat:processed", 7, "stat:failed", 2);

  const { status, headers, text } = await dashboard.get("/stats");

  expect(status).toBe(200);
  expect(headers.get("content-type")).toMatch(/^application\/json/);
  const found = JSON.parse(text) as Record<string, Record<string, unknown>>;
  expect(found).toMatchObject({
    sidekiq: {
      processed: 7,
      failed: 2,
      busy: 0,
      processes: 0,
      enqueued: 1,
      scheduled: 0,
      retries: 0,
      dead: 0,
      default_latency: expect.any(Number),
    },
    server_utc_time: expect.stringMatching(/^\d\d:\d\d:\d\d UTC$/),
  });
  expect(Object.keys(found["redis"] ?? {})).toEqual([
    "redis_version",
    "uptime_in_days",
    "connected_clients",
    "used_memory_human",
    "used_memory_peak_human",
    "store_name",
    "store_version",
  ]);
});

test("/stats/queues has the sizes of the queues, the longest first", async () => {
  await client.push({ class: "HardJob", args: [1], queue: "short" });
  await client.pushBulk({ class: "HardJob", args: [[1], [2]], queue: "long" });

  expect((await dashboard.get("/stats/queues")).text).toBe('{"long":2,"short":1}');
});

test("the path of old versions leads to /stats", async () => {
  expect(await dashboard.get("/dashboard/stats")).toMatchObject({ status: 302, location: "/stats" });
});

test("nothing is answered to who comes from elsewhere, or through a proxy, while there is no auth", async () => {
  const { status, text } = await dashboard.get("/stats", { "x-forwarded-for": "203.0.113.7" });

  expect(status).toBe(403);
  expect(text).toContain("no `auth`");
});

test("every answer carries the policy that allows nothing inline", async () => {
  for (const path of ["/stats", "/nowhere"]) {
    const { headers } = await dashboard.get(path);

    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  }
});
