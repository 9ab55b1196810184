/** The page of the cron schedule, with the paths of sidekiq-cron: from outside, by HTTP. */
import type { Redis } from "ioredis";
import { CronSchedule } from "tsq/cron";
import type { CronOptions } from "tsq/cron";
import type { WebOptions } from "tsq/web";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let schedule: CronSchedule;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  schedule = new CronSchedule({ redis: server.url });
});
afterAll(async () => {
  await schedule.close();
  await server.stop();
});
beforeEach(() => redis.flushdb());

const serve = async (options: WebOptions = {}): Promise<Served> => {
  const dashboard = await serveDashboard({ redis: server.url, ...options });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};

const make = (name: string, options: Partial<CronOptions> = {}) =>
  schedule.set(name, { cron: "0 3 * * * Europe/Berlin", class: "SyncJob", ...options });

const statusOf = async (name: string) => (await schedule.find(name))?.status;

const rowOf = (text: string, name: string): string => {
  const row = text.split("<tr ").find((one) => one.includes(`<bdi>${name}</bdi></b></a>`)) ?? "";
  return row.slice(0, row.indexOf("</tr>"));
};

describe("the page of all entries", () => {
  test("is in the navigation with their number, and shows each in words, in cron and with its zone", async () => {
    await make("nightly");
    await make("often", { cron: "*/5 * * * * UTC" });
    const dashboard = await serve();

    const { status, text } = await dashboard.get("/cron");

    expect(status).toBe(200);
    expect(text).toContain("<h1>2 cron entries</h1>");
    expect(text).toMatch(/<a href="\/cron" aria-current="page">.*?Cron.*?<span class="n">2</);
    expect(rowOf(text, "nightly")).toMatch(
      /At 03:00<\/span><br><code[^>]*><bdi>0 3 \* \* \*<\/bdi><\/code> <small>Europe\/Berlin/,
    );
    expect(rowOf(text, "often")).toContain("Every 5 minutes");
    // One at three, and one every five minutes.
    expect(text).toContain("<small>289 runs; times in UTC</small>");
  });

  test("says when each fires in the language of the page, and which language that is", async () => {
    await make("nightly");
    await make("second", { cron: "0 9 * * mon#2 UTC" });
    const dashboard = await serve();

    const { text } = await dashboard.get("/cron", { "accept-language": "de" });

    expect(rowOf(text, "nightly")).toContain('<span lang="de">Um 03:00</span>');
    expect(rowOf(text, "second")).toContain(
      '<span lang="en">At 09:00, on the second Monday of the month</span>',
    );
  });

  test("says what there is to do where there is none", async () => {
    const { text } = await (await serve()).get("/cron");

    expect(text).toContain("No cron entry yet");
    expect(text).toContain("tsq cron load");
  });

  test("tells a missed instant, a time that the clocks skip, and an expression that is none", async () => {
    await make("nightly");
    await make("sleepy", { cron: "30 2 * * * Europe/Berlin" });
    await make("broken");
    await redis.hset("cron_job:default:broken", "cron", "every now and then");
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const member = at.toISOString().replace(/\.\d+/, "");
    const [entry] = (await schedule.entries()).filter(({ name }) => name === "nightly");
    await redis.zadd("tsq:cron:missed", String(at.getTime()), `${entry?.key}\n${member}`);
    const dashboard = await serve();

    const { text } = await dashboard.get("/cron");

    expect(text).toContain("<h1>2 entries need a look, of 3</h1>");
    expect(rowOf(text, "nightly")).toContain("no process was up to enqueue it");
    expect(rowOf(text, "nightly")).toContain(`class="hollow s-dead"`);
    expect(rowOf(text, "sleepy")).toMatch(/The clocks (?:skip|show)/);
    expect(rowOf(text, "broken")).toContain("Never fires");
    expect(text.indexOf("broken")).toBeLessThan(text.indexOf("nightly</bdi></b>"));
  });

  test("tells of an instant that was missed because Redis refused to write", async () => {
    await make("nightly");
    const [entry] = await schedule.entries();
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const member = `${entry?.key}\n${at.toISOString().replace(/\.\d+/, "")}`;
    // The thousandths of the score are the reason.
    await redis.zadd("tsq:cron:missed", String(at.getTime() + 3), member);
    const dashboard = await serve();

    expect(rowOf((await dashboard.get("/cron")).text, "nightly")).toContain("Redis refused to write");
  });

  test("keeps hostile names, classes, expressions and descriptions inert", async () => {
    const hostile = `"><script>alert(1)</script>\u202e`;
    await make(hostile, { class: hostile, description: hostile });
    await make("odd");
    await redis.hset("cron_job:default:odd", "cron", hostile);
    const dashboard = await serve();
    const path = `/cron/${encodeURIComponent(hostile)}`;

    const pages = await Promise.all([
      dashboard.get("/cron"),
      dashboard.get(path),
      dashboard.get(`${path}/delete`),
      dashboard.get(`${path}/enque`),
      dashboard.get("/cron/odd"),
    ]);
    await dashboard.post(`${path}/disable`);
    const after = await dashboard.get("/cron");

    for (const { status, text } of [...pages, after]) {
      expect(status).toBe(200);
      expect(text).not.toContain("<script>alert");
      expect(text).not.toContain("\u202e");
    }
    expect(after.text).toContain("is disabled.");
  });

  test("is cut into pages", async () => {
    for (let i = 10; i < 40; i++) await make(`entry_${i}`);
    const dashboard = await serve();

    const first = await dashboard.get("/cron");
    const second = await dashboard.get("/cron?page=2");

    expect(first.text.match(/data-row/g)).toHaveLength(25);
    expect(second.text.match(/data-row/g)).toHaveLength(5);
    expect(second.text).toContain("entry_39");
  });
});

describe("the page of an entry", () => {
  test("shows its next runs, its last jobs, and its arguments without what is secret", async () => {
    await make("nightly", { args: [1, { password: "hunter2" }], description: "Stock of all warehouses" });
    const jid = await (await schedule.find("nightly"))?.run();
    const dashboard = await serve();

    const { text } = await dashboard.get("/cron/nightly");

    expect(text.match(/data-rel/g)?.length).toBeGreaterThanOrEqual(11);
    expect(text).toContain(`<bdi>${jid}</bdi>`);
    expect(text).toContain("Stock of all warehouses");
    expect(text).not.toContain("hunter2");
  });

  test("that is gone leads to the list, as in sidekiq-cron", async () => {
    const { status, location } = await (await serve()).get("/cron/nobody");

    expect({ status, location }).toEqual({ status: 302, location: "/cron" });
  });
});

describe("the buttons of an entry", () => {
  test("enqueue its job now", async () => {
    await make("nightly");
    const dashboard = await serve();

    const { status, location } = await dashboard.post("/cron/nightly/enque");

    expect({ status, location }).toEqual({ status: 302, location: "/cron" });
    expect(await redis.llen("queue:default")).toBe(1);
    expect((await dashboard.get("/cron")).text).toMatch(/nightly was enqueued: [\da-f]{24}/);
  });

  test("disable, enable and delete it", async () => {
    await make("nightly");
    const dashboard = await serve();

    await dashboard.post("/cron/nightly/disable");
    expect(await statusOf("nightly")).toBe("disabled");
    expect(rowOf((await dashboard.get("/cron")).text, "nightly")).toContain("Disabled");
    await dashboard.post("/cron/nightly/enable");
    expect(await statusOf("nightly")).toBe("enabled");
    expect((await dashboard.get("/cron/nightly/delete")).text).toContain("Delete <bdi>nightly</bdi>?");
    await dashboard.post("/cron/nightly/delete");
    expect(await statusOf("nightly")).toBeUndefined();
  });

  test("ask for the form of the job where Ruby is there and the entry does not say it", async () => {
    await make("nightly");
    await redis.hdel("cron_job:default:nightly", "active_job");
    await redis.sadd("processes", "ruby:1:abc");
    await redis.hset("ruby:1:abc", {
      info: JSON.stringify({ hostname: "ruby", pid: 1, queues: ["default"], version: "7.3.2" }),
      beat: String(Date.now() / 1_000),
    });
    const dashboard = await serve();

    const { location } = await dashboard.post("/cron/nightly/enque");
    expect(location).toBe("/cron/nightly/enque");
    expect((await dashboard.get("/cron/nightly/enque")).text).toContain("an ActiveJob?");
    expect(await redis.llen("queue:default")).toBe(0);

    await dashboard.post("/cron/nightly/enque", { active_job: "1" });
    expect(await redis.lindex("queue:default", 0)).toContain(`"wrapped":"SyncJob"`);
  });

  test("have the paths of sidekiq-cron 2.x as well", async () => {
    await make("nightly", { namespace: "default" });
    const dashboard = await serve();

    await dashboard.post("/cron/namespaces/default/jobs/nightly/enqueue");
    await dashboard.post("/cron/namespaces/default/jobs/nightly/disable");

    expect(await redis.llen("queue:default")).toBe(1);
    expect(await statusOf("nightly")).toBe("disabled");
    expect((await dashboard.get("/cron/namespaces/default")).text).toContain("nightly");
    expect((await dashboard.get("/cron/namespaces/default/jobs/nightly")).status).toBe(200);
  });

  test("of all entries ask first, and change those that it means", async () => {
    await make("one");
    await make("two", { status: "disabled" });
    const dashboard = await serve();

    expect((await dashboard.get("/cron/__all__/disable")).text).toContain("Disable 1 entry?");
    await dashboard.post("/cron/__all__/disable");
    expect([await statusOf("one"), await statusOf("two")]).toEqual(["disabled", "disabled"]);
    await dashboard.post("/cron/__all__/enable");
    await dashboard.post("/cron/__all__/enque");
    expect(await redis.llen("queue:default")).toBe(2);
    await dashboard.post("/cron/__all__/delete");
    expect((await dashboard.get("/cron")).text).toContain("2 entries were deleted.");
  });

  test("lead back to a page of the dashboard, never to one elsewhere", async () => {
    await make("nightly");
    const dashboard = await serve();
    const headers = { "sec-fetch-site": "same-origin", referer: "https://evil.example/cron" };

    const { location } = await dashboard.post(
      "/cron/nightly/disable",
      { redirect: "//evil.example" },
      headers,
    );

    expect(location).toBe("/cron");
  });
});

test.each([
  ["viewer", [403, 403, 403, 403]],
  ["operator", [302, 302, 403, 403]],
  ["admin", [302, 302, 302, 302]],
] as const)("a %s may do what the role allows", async (role, expected) => {
  await make("nightly");
  const dashboard = await serve({ auth: () => ({ name: "mira", role }) });

  const seen: number[] = [];
  for (const path of ["/nightly/enque", "/nightly/disable", "/__all__/enable", "/nightly/delete"])
    seen.push((await dashboard.post(`/cron${path}`)).status);

  expect(seen).toEqual(expected);
});

test("a viewer sees the buttons with the reason why they do nothing", async () => {
  await make("nightly");
  const dashboard = await serve({ auth: () => ({ name: "ana", role: "viewer" }) });

  const { text } = await dashboard.get("/cron");

  expect(rowOf(text, "nightly")).toContain(`disabled title="Needs the role operator"`);
  expect(rowOf(text, "nightly")).not.toContain("<form");
});
