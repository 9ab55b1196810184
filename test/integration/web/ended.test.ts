/** Jobs that have ended, as far as workers have kept that: their own pages, and the list of the newest. */
import { describe, expect, test } from "vitest";
import type { Authorize } from "tsq/web";
import { setDashboards } from "../../support/web-stage.ts";
import type { Served } from "../../support/dashboard.ts";

const stage = setDashboards();

const AT = Date.UTC(2026, 10, 27, 14, 32, 8);

const ended = async (jid: string, more: object = {}, atMs = AT): Promise<void> => {
  const kept = {
    atMs,
    jid,
    class: "Billing::HardJob",
    queue: "low",
    as: "done",
    identity: "web-1:42:abc",
    ms: 1_234,
    waited: 5_600,
    ...more,
  };
  await stage.redis.zadd("tsq:finished", atMs, JSON.stringify(kept));
};

/** So many jobs onto a queue at once. */
const MANY = `for i = 1, tonumber(ARGV[1]) do
  redis.call("LPUSH", KEYS[1], '{"class":"HardJob","args":[],"jid":"other' .. i .. '"}')
end`;

const NO_PAYROLL: Authorize = (_user, action, subject) => action !== "look" || subject.class !== "Payroll";

const guarded = (): Promise<Served> =>
  stage.serve({ auth: () => ({ name: "mira", role: "admin" }), authorize: NO_PAYROLL });

const text = async (dashboard: Served, path: string): Promise<string> =>
  (await dashboard.get(path)).text.replaceAll(/<wbr>|<\/?bdi[^>]*>|<\/?span>/g, "");

describe("the page of a job that has ended", () => {
  test("says how and when it ended, where it ran, how long it waited and ran", async () => {
    await ended("abc");
    const dashboard = await stage.serve();

    const { status } = await dashboard.get("/jobs/abc");
    expect(status).toBe(200);
    const page = await text(dashboard, "/jobs/abc");
    expect(page).toMatch(/<h1[^>]*>Billing::HardJob[^]*Done/);
    for (const said of ["2026-11-27 14:32:08 UTC", "web-1:42:abc", "5.6 s", "1.2 s", '/queues/low"']) {
      expect(page).toContain(said);
    }
    expect(page).toContain("nothing can be done to it any more");
  });

  test.for([
    ["drop", "Failed, without a retry"],
    ["discard", "Discarded"],
    ["cancelled", "Cancelled"],
    ["late", "Too late: its deadline had passed"],
    ["evaporated", "evaporated"],
    ["toString", "toString"],
  ])("says of one that ended by `%s`: %s", async ([as, said]) => {
    await ended("abc", { as });

    expect(await text(await stage.serve(), "/jobs/abc")).toContain(said);
  });

  test("is that of where it is as long as it is anywhere", async () => {
    await ended("abc");
    await stage.redis.zadd(
      "retry",
      1,
      JSON.stringify({ class: "HardJob", args: [], jid: "abc", queue: "low" }),
    );

    expect(await text(await stage.serve(), "/jobs/abc")).not.toContain("has kept that it ended");
  });

  test("says that it may wait again where queues were not looked through to their end, and leads on", async () => {
    await ended("abc");
    await stage.redis.eval(MANY, 1, "queue:low", 100_001);
    await stage.redis.sadd("queues", "low");
    const dashboard = await stage.serve();

    const page = await text(dashboard, "/jobs/abc");
    expect(page).toContain("Only the first 100,000 of the jobs that wait on queues were looked at");
    expect(page).toContain('href="/jobs/abc?all=1"');

    const whole = await text(dashboard, "/jobs/abc?all=1");
    expect(whole).toContain("has kept that it ended");
    expect(whole).not.toMatch(/it may wait again|all=1/);
  });

  test("is 404 of one that nobody has kept", async () => {
    await ended("abc");

    expect((await (await stage.serve()).get("/jobs/abcd")).status).toBe(404);
  });

  test("is refused to whoever may not look at its class", async () => {
    await ended("abc", { class: "Payroll" });

    const { status, text: said } = await (await guarded()).get("/jobs/abc");
    expect(status).toBe(403);
    expect(said).not.toContain("Payroll");
  });
});

describe("the list of those that have ended", () => {
  test("has the newest first, each with a link to its page", async () => {
    for (let i = 0; i < 120; i++) await ended(`job-${i}`, { class: `C${i}Job` }, AT + i * 1_000);

    const page = await text(await stage.serve(), "/ended");

    const jids = [...page.matchAll(/href="\/jobs\/job-(\d+)"/g)].map(([, i]) => Number(i));
    expect(jids).toEqual(Array.from({ length: 100 }, (_, i) => 119 - i));
    expect(page).toContain("C119Job");
  });

  test("hides those that one may not look at, and shows the others", async () => {
    await ended("secret", { class: "Payroll" });
    await ended("open");

    const page = await text(await guarded(), "/ended");
    expect(page).toContain('href="/jobs/open"');
    expect(page).toContain("hidden");
    expect(page).not.toMatch(/Payroll|secret/);
  });

  test("says that none was kept where none was", async () => {
    expect(await text(await stage.serve(), "/ended")).toContain("None was kept");
  });

  test("leaves out what is none of them", async () => {
    await stage.redis.zadd("tsq:finished", 1, "no JSON", 2, "[]", 3, '{"atMs":1}');

    expect(await text(await stage.serve(), "/ended")).toContain("None was kept");
  });
});

test.for([
  ["tsq 1.0.0", true],
  ["8.1.7", false],
] as const)("Busy leads there where a process of %s is up: %s", async ([version, isThere]) => {
  const info = JSON.stringify({ hostname: "web", pid: 7, queues: ["default"], version, concurrency: 5 });
  await stage.redis.sadd("processes", "web:7:a");
  await stage.redis.hset("web:7:a", { info, busy: 0, beat: Date.now() / 1_000, quiet: "false" });

  const page = await text(await stage.serve(), "/busy");
  expect(page.includes('href="/ended"')).toBe(isThere);
});
