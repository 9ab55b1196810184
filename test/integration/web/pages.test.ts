/** The pages of the dashboard, by HTTP against a real Redis. */
import { describe, expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const EVIL = `<script>alert("1")</script>'\u202e`;
const payload = (more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid: "a1", queue: "default", created_at: 1, ...more });
const SCORE = 1_700_000_000.5;

describe("pages", () => {
  test.each([
    "/",
    "/?days=7",
    "/busy",
    "/busy?only=jobs",
    "/queues",
    "/queues/nobodys",
    "/retries",
    "/scheduled",
    "/morgue",
    "/metrics?period=4h",
    "/metrics/FooJob?period=2h",
  ])("%s is there on an empty Redis, also for HEAD", async (path) => {
    const { status, headers, text } = await stage.dashboard.get(path);

    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toContain("<h1>");
    const head = await fetch(stage.dashboard.url + path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("have style and script under addresses that never change their meaning", async () => {
    const { text } = await stage.dashboard.get("/");
    const assets = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);

    expect(assets.length).toBeGreaterThan(1);
    for (const path of assets) {
      const { status, headers } = await stage.dashboard.get(path);
      expect(status).toBe(200);
      expect(headers.get("cache-control")).toContain("immutable");
    }
  });

  test("answer what is out of range and what is not there as Sidekiq::Web", async () => {
    expect((await stage.dashboard.get("/?days=1000000")).status).toBe(401);
    expect((await stage.dashboard.get("/queues/onmouseover=alert()")).status).toBe(404);
    expect(await stage.dashboard.get("/retries/0-shouldntexist")).toMatchObject({
      status: 302,
      location: "/retries",
    });
  });

  test.each([
    ["/retries", "retry"],
    ["/scheduled", "schedule"],
    ["/morgue", "dead"],
  ])("%s shows its jobs, each with a page of its own, and finds them by text", async (path, set) => {
    await stage.redis.zadd(
      set,
      SCORE,
      payload(),
      SCORE,
      payload({ class: "OtherJob", jid: "b2", args: ["mike"] }),
    );

    const all = await stage.dashboard.get(path);
    expect(all.text).toContain(`${path}/${SCORE}-a1`);
    expect(all.text).toContain("b2");
    const found = await stage.dashboard.get(`${path}?substr=mike`);
    expect(found.text).toContain("-b2");
    expect(found.text).not.toContain("-a1");
    const job = await stage.dashboard.get(`${path}/${SCORE}-a1`);
    expect(job.status).toBe(200);
    expect(job.text).toContain("a1");
  });

  test("say where a search ended before the whole set was looked at", async () => {
    const texts = Array.from({ length: 201 }, (_, i) => payload({ jid: `j${i}`, args: ["mike"] }));
    await stage.redis.zadd("retry", ...texts.slice(1).flatMap((text) => [SCORE, text]));
    const whole = await stage.dashboard.get("/retries?substr=mike");
    await stage.redis.zadd("retry", SCORE, texts[0] ?? "");

    const { text } = await stage.dashboard.get("/retries?substr=mike");

    expect(whole.text).toContain("1–200 of 200");
    expect(text).toContain("200 found. The look ended there: more may have it.");
  });

  test("show nothing of what is hostile as markup, wherever it stands", async () => {
    const evil = payload({
      class: EVIL,
      args: [EVIL],
      jid: EVIL,
      queue: EVIL,
      tags: [EVIL],
      error_class: EVIL,
      error_message: EVIL,
      error_backtrace: [EVIL],
      retry_count: 1,
    });
    for (const set of ["retry", "schedule", "dead"]) await stage.redis.zadd(set, SCORE, evil, SCORE, EVIL);
    await stage.redis.sadd("queues", EVIL);
    await stage.redis.lpush(`queue:${EVIL}`, evil, EVIL);
    await stage.redis.sadd("processes", EVIL);
    await stage.redis.hset(EVIL, {
      info: JSON.stringify({ hostname: EVIL, tag: EVIL, labels: [EVIL], queues: [EVIL], version: EVIL }),
      busy: 1,
    });
    await stage.redis.hset(`${EVIL}:work`, {
      [EVIL]: JSON.stringify({ queue: EVIL, payload: evil, run_at: 1 }),
    });
    const key = encodeURIComponent(`${SCORE}-${EVIL}`);

    for (const path of [
      "/",
      "/busy",
      "/queues",
      `/queues/${encodeURIComponent(EVIL)}`,
      "/retries",
      "/scheduled",
      "/morgue",
      `/retries/${key}`,
      `/morgue/${key}`,
      `/morgue?substr=${encodeURIComponent(EVIL)}`,
      `/metrics/${encodeURIComponent(EVIL)}`,
    ]) {
      const { status, text } = await stage.dashboard.get(path);

      expect([path, status]).toEqual([path, 200]);
      expect([path, text.includes("<script>alert")]).toEqual([path, false]);
      expect([path, text.includes("\u202e")]).toEqual([path, false]);
    }
  });

  test("hide what stands under the name of a secret, also in the payload", async () => {
    await stage.redis.zadd("retry", SCORE, payload({ args: [{ password: "hunter2", id: 7 }] }));

    for (const path of ["/retries", `/retries/${SCORE}-a1`]) {
      const { text } = await stage.dashboard.get(path);
      expect(text).not.toContain("hunter2");
      expect(text).toContain("[masked]");
    }
  });

  test("say once what was done", async () => {
    await stage.redis.zadd("dead", SCORE, payload());

    await stage.dashboard.post("/morgue", { "key[]": `${SCORE}-a1`, delete: "1" });

    expect((await stage.dashboard.get("/morgue")).text).toContain("1 job was deleted.");
    expect((await stage.dashboard.get("/morgue")).text).not.toContain("1 job was deleted.");
  });

  test("keep the theme that somebody chose, and lead back to where it was chosen", async () => {
    const referer = `${stage.dashboard.url}/busy?only=jobs`;

    const answer = await stage.dashboard.post(
      "/preferences",
      { theme: "dark" },
      { referer, "sec-fetch-site": "same-origin" },
    );

    expect(answer).toMatchObject({ status: 302, location: "/busy?only=jobs" });
    expect((await stage.dashboard.get("/")).text).toContain('data-theme="dark"');
  });
});
