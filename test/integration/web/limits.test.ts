/** What looking costs: limits for each viewer, pages that have not changed, counts that are read once, large payloads. */
import { describe, expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const { serve } = stage;

const LIVE = { "x-tsq-live": "1", accept: "text/html" };
const payload = (jid: string, args: readonly unknown[] = [1]) =>
  JSON.stringify({ class: "HardJob", args, jid, queue: "default" });

describe("a viewer who asks too often", () => {
  test("is told for how long to wait, in a page or as text, while others are answered", async () => {
    let name = "ana";
    const dashboard = await serve({ requestsPerMinute: 3, auth: () => ({ name, role: "admin" }) });
    for (let i = 0; i < 3; i++) expect((await dashboard.get("/queues")).status).toBe(200);

    const page = await dashboard.get("/queues", { accept: "text/html" });
    const text = await dashboard.get("/stats");

    expect([page.status, text.status]).toEqual([429, 429]);
    expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(page.text).toContain("<h1>Too many requests</h1>");
    expect(text.text).toMatch(/^Too many requests\. Try again in \d+ s\.\n$/);
    name = "ben";
    expect((await dashboard.get("/queues")).status).toBe(200);
  });

  test("costs `authorize` no question", async () => {
    let asked = 0;
    const dashboard = await serve({
      requestsPerMinute: 1,
      auth: () => ({ name: "ana", role: "admin" }),
      authorize: () => {
        asked += 1;
        return true;
      },
    });
    await dashboard.get("/queues");
    await dashboard.post("/queues/q", { pause: "1" });
    expect(asked).toBeGreaterThan(0);
    asked = 0;

    expect((await dashboard.get("/queues", { accept: "text/html" })).status).toBe(429);
    expect((await dashboard.get("/jobs/zz")).status).toBe(429);
    expect((await dashboard.post("/queues/q", { pause: "1" })).status).toBe(429);

    expect(asked).toBe(0);
  });

  test("changes nothing by it, and still gets the style of the page", async () => {
    await stage.redis.zadd("dead", 1, payload("a1"), 2, payload("a2"));
    const dashboard = await serve({ requestsPerMinute: 1 });
    const { text } = await dashboard.get("/morgue");
    await dashboard.post("/morgue", { "key[]": "1-a1", delete: "1" });

    expect((await dashboard.post("/morgue", { "key[]": "2-a2", delete: "1" })).status).toBe(429);

    expect(await stage.redis.zcard("dead")).toBe(1);
    const [, style = ""] = /href="(\/assets\/[^"]+)"/.exec(text) ?? [];
    expect((await dashboard.get(style)).status).toBe(200);
  });

  test("by many open pages can still change something", async () => {
    await stage.redis.zadd("dead", 1, payload("a1"));
    const dashboard = await serve({ requestsPerMinute: 1 });
    await dashboard.get("/morgue");
    expect((await dashboard.get("/morgue")).status).toBe(429);

    expect((await dashboard.post("/morgue", { "key[]": "1-a1", delete: "1" })).status).toBe(302);

    expect(await stage.redis.zcard("dead")).toBe(0);
  });

  test.each([
    ["/jobs/zz", 2],
    ["/search?q=class:A", 2],
    ["/retries?count=1000", 2],
    ["/queues/q?count=1000", 2],
    ["/errors", 2],
    ["/audit", 2],
    ["/retries?q=class:A", 2],
    ["/morgue?substr=A", 2],
    ["/queues/low?q=class:A", 2],
    ["/jobs/zz?all=1", 1],
    ["/jobs/zz/delete", 1],
    ["/jobs/zz/payload", 1],
    ["/errors?most=100000", 1],
    ["/retries/all/retry?q=class:A", 1],
    ["/queues/low/all/delete?q=class:A", 1],
  ])("by expensive pages has fewer of them: %s", async (path, most) => {
    const dashboard = await serve({ requestsPerMinute: 10 });

    for (let i = 0; i < most; i++) expect((await dashboard.get(path)).status).not.toBe(429);
    expect((await dashboard.get(path)).status).toBe(429);
  });

  test.each(["/retries/all/kill", "/queues/low/all/kill", "/jobs/zz"])(
    "by what is done to many, too: %s",
    async (path) => {
      const dashboard = await serve({ requestsPerMinute: 10 });

      expect((await dashboard.post(path, { q: "class:A", kill: "1" })).status).not.toBe(429);
      expect((await dashboard.post(path, { q: "class:A", kill: "1" })).status).toBe(429);
    },
  );
});

describe("a page that looks again", () => {
  test.each(["/", "/busy", "/queues", "/retries", "/morgue", "/metrics"])(
    "%s is not sent again while nothing has changed",
    async (path) => {
      await stage.redis.zadd("retry", 2_000_000_000, payload("a1"));
      await stage.redis.zadd("dead", 1, payload("b2"));
      const dashboard = await serve();
      // The first one sets the cookie of the forms' token, and starts what is kept for a while.
      await dashboard.get(path, LIVE);
      const first = await dashboard.get(path, LIVE);
      const etag = first.headers.get("etag") ?? "";

      const { status, text } = await dashboard.get(path, { ...LIVE, "if-none-match": etag });

      expect([status, text]).toEqual([304, ""]);
      expect(first.status).toBe(200);
      expect(etag).not.toBe("");
    },
  );

  test("is sent as soon as something has", async () => {
    const dashboard = await serve();
    await dashboard.get("/retries", LIVE);
    const etag = (await dashboard.get("/retries", LIVE)).headers.get("etag") ?? "";
    await stage.redis.zadd("retry", 2_000_000_000, payload("a1"));

    const { status, text } = await dashboard.get("/retries", { ...LIVE, "if-none-match": etag });

    expect(status).toBe(200);
    expect(text).toContain("HardJob");
  });

  test("is a page as any other without the script's header", async () => {
    const dashboard = await serve();

    expect((await dashboard.get("/retries")).headers.get("etag")).toBeNull();
  });
});

test("the counts are read once for all who look within a second", async () => {
  const dashboard = await serve();
  await dashboard.get("/change_locale");
  await stage.redis.config("RESETSTAT");
  const startedMs = performance.now();

  await Promise.all(Array.from({ length: 20 }, () => dashboard.get("/retries")));

  const calls = Number(/cmdstat_scard:calls=(\d+)/.exec(await stage.redis.info("commandstats"))?.[1] ?? 0);
  const seconds = Math.ceil((performance.now() - startedMs) / 1_000);
  // A reading for each second that it took, however slow the machine is.
  expect(calls).toBeLessThanOrEqual(seconds + 1);
});

describe("a large payload", () => {
  const text = payload("big", ["x".repeat(2_000_000)]);

  test("shows its first part, and comes whole as a file of text", async () => {
    await stage.redis.zadd("retry", 2_000_000_000, text);
    const dashboard = await serve();

    const page = await dashboard.get("/jobs/big");
    expect(page.text.length).toBeLessThan(500_000);
    expect(page.text).toContain("the first part of 2 MB");
    expect(page.text).toContain('href="/jobs/big/payload"');
    const file = await dashboard.get("/jobs/big/payload");
    expect(file.text === text).toBe(true);
    expect(file.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(file.headers.get("content-disposition")).toContain("attachment");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("is no file where something in it is masked", async () => {
    await stage.redis.zadd("retry", 2_000_000_000, payload("a1", [{ password: "hunter2" }]));
    const dashboard = await serve();
    const plain = await serve({ mask: (args, { user }) => (user.role === "admin" ? args : []) });

    for (const one of [dashboard, plain]) {
      const { status, text: said } = await one.get("/jobs/a1/payload");
      expect(status).toBe(403);
      expect(said).not.toContain("hunter2");
    }
    expect((await dashboard.get("/jobs/a1")).text).toContain("there is no file of it");
  });

  test("is nowhere when its job is", async () => {
    expect((await (await serve()).get("/jobs/zz/payload")).status).toBe(404);
  });
});

describe("what is kept for all who look", () => {
  /** How often Redis was asked for all there is to say of a set while something was done. */
  const countsDuring = async (done: () => Promise<unknown>): Promise<number> => {
    const before = Number(/cmdstat_zcard:calls=(\d+)/.exec(await stage.redis.info("commandstats"))?.[1] ?? 0);
    await done();
    const after = Number(/cmdstat_zcard:calls=(\d+)/.exec(await stage.redis.info("commandstats"))?.[1] ?? 0);
    return after - before;
  };

  test("is read anew for whoever has changed something, and not for a form that changes nothing", async () => {
    await stage.redis.zadd("dead", 1, payload("a1"));
    const dashboard = await serve({});
    await dashboard.get("/preferences");

    const byNothing = await countsDuring(async () => {
      await dashboard.post("/preferences", { theme: "dark" });
      await dashboard.post("/morgue", { "key[]": "9-gone", delete: "1" });
      await dashboard.get("/preferences");
    });
    const bySomething = await countsDuring(async () => {
      await dashboard.post("/morgue", { "key[]": "1-a1", delete: "1" });
      await dashboard.get("/preferences");
    });

    expect({ byNothing, isReadAnew: bySomething > 0 }).toEqual({ byNothing: 0, isReadAnew: true });
  });
});
