/** The first page of the dashboard: what needs a person, by HTTP against a real Redis. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { eventually } from "../../support/eventually.ts";
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

/** The first page, once it knows what needs a person: it does not wait for that where the rest is there before. */
const firstPage = (dashboard: Served): Promise<string> =>
  eventually(async () => {
    const { text } = await dashboard.get("/");
    expect(text).not.toContain("has not told yet");
    return text;
  });

test("what needs a person stands first, with its cause and where to act", async () => {
  await Promise.all([push("exports"), process("default")]);

  await withDashboard(server.url, async (dashboard) => {
    const text = await firstPage(dashboard);

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
    expect(await firstPage(dashboard)).toContain("<h1>All is well</h1>");
  });
});

test("what somebody has repaired is gone from the page that follows", async () => {
  await Promise.all([push("default"), process("default"), redis.sadd("paused", "default")]);

  await withDashboard(server.url, async (dashboard) => {
    expect(await firstPage(dashboard)).toContain("<bdi>default</bdi> is paused");
    await dashboard.post("/queues/default", { unpause: "1" });

    // A page waits for a quarter of a second, and what was known before would be told for five.
    await eventually(async () => expect(await firstPage(dashboard)).toContain("<h1>All is well</h1>"), {
      timeoutMs: 3_000,
    });
  });
});

test("the first page reads each process once for all that it shows of it", async () => {
  await process("default");

  await withDashboard(server.url, async (dashboard) => {
    await redis.config("RESETSTAT");
    await dashboard.get("/");

    // One question for its record, and one for the counts at the side, which is for one number.
    const asked = await redis.info("commandstats");
    expect(asked).toContain("cmdstat_hmget:calls=1,");
    expect(asked).toContain("cmdstat_hget:calls=1,");
  });
});

/** Where the button of the one thing leads, and what is there. */
const followed = async (dashboard: Served): Promise<string> => {
  const list = (await firstPage(dashboard)).split('id="needs"')[1] ?? "";
  const [, address = ""] = /<a class="btn s" href="([^"]*)"/.exec(list) ?? [];
  return (await dashboard.get(address)).text.replaceAll(/<wbr>|<\/?bdi>/g, "");
};

test("scheduled jobs that nobody enqueues are there where their button leads", async () => {
  await process("default");
  const late = JSON.stringify({ class: "LateJob", args: [], jid: "late", queue: "default" });
  await redis.zadd("schedule", Date.now() / 1_000 - 180, late);

  await withDashboard(server.url, async (dashboard) => {
    const text = await followed(dashboard);

    expect(text).toContain("LateJob");
    expect(text).toContain('action="/scheduled"');
  });
});

test("a process among a hundred that is silent is there where its button leads, and no other", async () => {
  const work = redis.pipeline();
  for (let i = 1; i <= 100; i++) {
    const identity = `web-${i}:1:ab`;
    const beat = Date.now() / 1_000 - (i === 77 ? 40 : 0);
    const info = { hostname: `web-${i}`, pid: 1, queues: ["default"], concurrency: 5, version: "8.1.7" };
    work.sadd("processes", identity);
    work.hset(identity, { info: JSON.stringify(info), busy: 0, beat, quiet: "false" });
  }
  await work.exec();

  await withDashboard(server.url, async (dashboard) => {
    const text = await followed(dashboard);

    expect(text).toContain("<h1>web-77:1:ab</h1>");
    expect(text).toContain('name="identity" value="web-77:1:ab"');
    expect(text).not.toContain("web-76");
    const gone = await dashboard.get("/busy?identity=web-0:1:ab");
    expect([gone.status, gone.text.includes("Nothing fits the filter.")]).toEqual([200, true]);
  });
});

test("a job that runs for long can be cancelled where its button leads", async () => {
  await process("default");
  const job = { class: "LongJob", args: [], jid: "long", queue: "default" };
  const run = { queue: "default", payload: JSON.stringify(job), run_at: Date.now() / 1_000 - 3_600 };
  await redis.hset("host:1:ab:work", "t1", JSON.stringify(run));
  await redis.hset("host:1:ab", "busy", 1);
  await redis.hset("it-long", { ex: "1", c: "7", rt: "3" });
  const [, year, month, day, hour, minutes] =
    /^20(..)-(..)-(..)T(..):(..)/.exec(new Date().toISOString()) ?? [];
  const key = `j|${year}${month}${day}|${Number(hour)}:${minutes}`;
  await redis.hset(key, { "LongJob|p": 10, "LongJob|ms": 5_000 });

  await withDashboard(server.url, async (dashboard) => {
    expect(await followed(dashboard)).toContain('href="/jobs/long/cancel"');
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

test("a thousand queues that nobody serves are one thing, and fill no page", async () => {
  const work = redis.pipeline();
  for (let i = 0; i < 1_000; i++) {
    const queue = `q${String(i).padStart(3, "0")}`;
    const enqueued = Date.now() - 60_000 - i * 1_000;
    work.sadd("queues", queue);
    work.lpush(
      `queue:${queue}`,
      JSON.stringify({ class: "HardJob", args: [], jid: queue, queue, enqueued_at: enqueued }),
    );
  }
  await Promise.all([work.exec(), process("default")]);

  await withDashboard(server.url, async (dashboard) => {
    const text = await firstPage(dashboard);
    expect(text).toContain("<h1>1 thing needs attention</h1>");
    expect(text).toContain("Nobody listens to 1,000 queues");
    expect(text).toContain('href="/queues/q999"');
    expect(text).toContain("20 of 1,000");
    expect(text.length).toBeLessThan(150_000);

    const queues = await dashboard.get("/queues");
    expect(queues.text).toContain("1–100 of 1,000");
    const worst = await dashboard.get("/queues?order=oldest&page=10");
    expect(worst.text).toContain('href="/queues/q000"');
    expect(worst.text.length).toBeLessThan(150_000);
  });
});
