/** The first page of the dashboard: what needs a person, by HTTP against a real Redis. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** A dashboard of its own: findings are shared by all who look at one. */
const withDashboard = async (url: string, use: (dashboard: Served) => Promise<void>): Promise<void> => {
  const dashboard = await serveDashboard({ redis: url });
  try {
    await use(dashboard);
  } finally {
    await dashboard.stop();
  }
};

const push = (queue: string) =>
  Promise.all([
    redis.sadd("queues", queue),
    redis.lpush(
      `queue:${queue}`,
      JSON.stringify({ class: "HardJob", args: [], jid: "a1", queue, enqueued_at: Date.now() - 60_000 }),
    ),
  ]);
const process = (queue: string) =>
  Promise.all([
    redis.sadd("processes", "host:1:ab"),
    redis.hset("host:1:ab", {
      info: JSON.stringify({ hostname: "host", pid: 1, queues: [queue], concurrency: 5, version: "8.1.7" }),
      busy: 0,
      beat: Date.now() / 1_000,
      quiet: "false",
    }),
  ]);

test("what needs a person stands first, with its cause and where to act", async () => {
  await Promise.all([push("exports"), process("default")]);

  await withDashboard(server.url, async (dashboard) => {
    const { text } = await dashboard.get("/");

    expect(text).toContain("<h1>1 thing needs attention</h1>");
    expect(text).toContain("Nobody listens to <bdi>exports</bdi>");
    expect(text).toMatch(/1 job waits there, the oldest for 1 min/);
    expect(text).toContain('href="/queues/exports">Open queue');
    expect(text.indexOf('id="needs"')).toBeLessThan(text.indexOf('id="vitals"'));
  });
});

test("all is well where nothing is the matter", async () => {
  await process("default");

  await withDashboard(server.url, async (dashboard) => {
    expect((await dashboard.get("/")).text).toContain("<h1>All is well</h1>");
  });
});

test("what somebody has repaired is gone from the page that follows", async () => {
  await Promise.all([push("default"), process("default"), redis.sadd("paused", "default")]);

  await withDashboard(server.url, async (dashboard) => {
    expect((await dashboard.get("/")).text).toContain("<bdi>default</bdi> is paused");
    await dashboard.post("/queues/default", { unpause: "1" });

    expect((await dashboard.get("/")).text).toContain("<h1>All is well</h1>");
  });
});

test("many who look are one reader", async () => {
  await process("default");

  await withDashboard(server.url, async (dashboard) => {
    await dashboard.get("/");
    await redis.config("RESETSTAT");
    await Promise.all(Array.from({ length: 10 }, () => dashboard.get("/")));

    // Only findings ask how many died within a time.
    expect(await redis.info("commandstats")).not.toContain("cmdstat_zcount");
  });
});

test("the rest of the page is there where Redis refuses what findings are drawn from", async () => {
  await push("exports");
  await redis.acl("SETUSER", "narrow", "on", ">secret", "~*", "+@all", "-zcount");
  const url = server.url.replace("redis://", "redis://narrow:secret@");

  try {
    await withDashboard(url, async (dashboard) => {
      const { status, text } = await dashboard.get("/");

      expect(status).toBe(200);
      expect(text).toContain("What needs a person is not known just now");
      expect(text).toContain('href="/queues/exports"');
    });
  } finally {
    await redis.acl("DELUSER", "narrow");
  }
});
