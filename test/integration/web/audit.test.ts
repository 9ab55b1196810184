/** Who did what on the dashboard: what is written down, and how it is read. By HTTP against a real Redis. */
import type { Redis } from "ioredis";
import { AuditTrail } from "tsq/api";
import type { Role, WebOptions } from "tsq/web";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let trail: AuditTrail;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  trail = new AuditTrail({ redis: server.url });
});
afterAll(async () => {
  await trail.close();
  await server.stop();
});
beforeEach(() => redis.flushdb());

const as = async (role: Role, options: WebOptions = {}, name = "mira") => {
  const dashboard = await serveDashboard({ redis: server.url, auth: () => ({ name, role }), ...options });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};
const addDead = async (...jids: string[]) => {
  for (const jid of jids)
    await redis.zadd("dead", 1, JSON.stringify({ class: "HardJob", args: [], jid, queue: "q" }));
};
const written = async () => (await trail.page()).items;

describe("what is done is written down", () => {
  test("with who, in which role, what, on how many of what, and why", async () => {
    await addDead("a1", "b2", "c3");
    const dashboard = await as("operator");

    await dashboard.post("/morgue", {
      "key[]": ["1-a1", "1-b2", "1-gone"],
      retry: "1",
      reason: " DHL is back ",
    });

    expect(await written()).toEqual([
      {
        id: expect.stringMatching(/^\d+-\d+$/),
        at: expect.any(Date),
        user: "mira",
        role: "operator",
        action: "job.retry",
        outcome: "done",
        count: 2,
        subject: "dead q HardJob a1 b2",
        reason: "DHL is back",
        note: "",
        classes: ["HardJob"],
      },
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, object]>([
    ["/morgue/all/delete", {}, { action: "set.delete", count: 3, subject: "dead" }],
    ["/queues/q", { pause: "1" }, { action: "queue.pause", count: 1, subject: "q", note: "" }],
    ["/queues/q", { unpause: "1" }, { action: "queue.pause", count: 0, subject: "q", note: "resumed" }],
    ["/queues/q", {}, { action: "queue.clear", count: 2, subject: "q" }],
    ["/jobs/a1", { delete: "1" }, { action: "job.delete", count: 1, subject: "dead q HardJob a1" }],
    ["/busy", { quiet: "1" }, { action: "fleet.quiet", count: 0 }],
  ])("POST %s with %j", async (path, form, expected) => {
    await addDead("a1", "b2", "c3");
    await redis.sadd("queues", "q");
    await redis.lpush("queue:q", "{}", "[]");

    await (await as("admin")).post(path, form);

    expect(await written()).toMatchObject([expected]);
  });

  test("and not what somebody only looked at, or how they like the pages", async () => {
    const dashboard = await as("viewer");

    await dashboard.get("/morgue");
    await dashboard.post("/preferences", { theme: "dark" });

    expect(await written()).toEqual([]);
  });
});

describe("who names no limits, as commands of a terminal do,", () => {
  const record = {
    user: "ada@host",
    role: "terminal",
    action: "queue.pause",
    outcome: "done",
    count: 1,
    subject: "q",
    reason: "",
    note: "",
  } as const;

  test("forgets nothing that a dashboard keeps for longer", async () => {
    // By its id a year old.
    await redis.xadd("tsq:audit", `${Date.now() - 365 * 86_400_000}-0`, "user", "old");
    await redis.expire("tsq:audit", 400 * 86_400);

    await trail.write(record);

    expect((await written()).map(({ user }) => user)).toEqual(["ada@host", "old"]);
    expect(await redis.ttl("tsq:audit")).toBeGreaterThan(399 * 86_400);
  });

  test("leaves a trail that ends by itself", async () => {
    await trail.write(record);

    expect(await redis.ttl("tsq:audit")).toBeGreaterThan(179 * 86_400);
  });
});

describe("what is refused is written down, with the reason", () => {
  const refusal = async (
    options: WebOptions,
    role: Role = "admin",
    headers?: Readonly<Record<string, string>>,
  ) => {
    await addDead("a1");
    const { status } = await (
      await as(role, options)
    ).post("/morgue", { "key[]": "1-a1", delete: "1" }, headers);
    expect([status, await redis.zcard("dead")]).toEqual([403, 1]);
    return written();
  };

  test("for the role", async () => {
    expect(await refusal({}, "viewer")).toMatchObject([
      {
        action: "job.delete",
        outcome: "refused",
        count: 0,
        // Nothing is read of a job for whoever may not touch any.
        subject: "dead a1",
        note: "Needs the role operator.",
      },
    ]);
  });

  test("for `authorize`", async () => {
    const authorize = (_: unknown, __: string, { queue }: { queue?: string }) => queue !== "q";

    expect(await refusal({ authorize })).toMatchObject([
      { outcome: "refused", note: "You may not do this." },
    ]);
  });

  test("for a dashboard that only shows", async () => {
    expect(await refusal({ readOnly: true })).toMatchObject([{ outcome: "refused", role: "admin" }]);
  });

  test("for a request from another site, of which only some are kept", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    const dashboard = await as("admin");

    for (let i = 0; i < 65; i++) await dashboard.post("/morgue", {}, headers);

    const [newest] = await written();
    expect(newest).toMatchObject({ outcome: "refused", action: "request", subject: "POST /morgue" });
    await dashboard.stop();
    const notes = (await written()).map(({ note }) => note);
    const untold = notes.map((note) => Number(/^(\d+) more like these/.exec(note)?.[1] ?? 0));
    // Ten a minute, and a minute may have ended meanwhile.
    expect(notes.length).toBeLessThanOrEqual(22);
    expect(untold.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(45);
  });
});

test("what did nothing is written down ten times a minute at most, and what did something still is", async () => {
  await addDead("a1");
  const dashboard = await as("operator");

  for (let i = 0; i < 130; i++) await dashboard.post("/busy", { quiet: "1", identity: "nobody" });
  await dashboard.post("/morgue", { "key[]": "1-a1", retry: "1" });

  expect((await written())[0]).toMatchObject({ action: "job.retry", count: 1 });
  // A minute may have ended meanwhile.
  expect(await redis.xlen("tsq:audit")).toBeLessThanOrEqual(22);
});

describe("the trail", () => {
  test("keeps the newest, for a while, or nothing at all", async () => {
    await addDead("a1", "b2", "c3");
    const few = await as("admin", { auditMost: 2, auditDays: 7 });
    const none = await as("admin", { auditMost: 0 });

    for (const jid of ["a1", "b2", "c3"]) await few.post(`/jobs/${jid}`, { delete: "1" });
    await none.post("/queues/q", { pause: "1" });

    expect((await written()).map(({ subject }) => subject)).toEqual([
      "dead q HardJob c3",
      "dead q HardJob b2",
    ]);
    expect(await redis.ttl("tsq:audit")).toBeGreaterThan(6 * 86_400);
    expect(await redis.ttl("tsq:audit")).toBeLessThanOrEqual(7 * 86_400);
  });

  test("that Redis refuses keeps nothing from being done, and that is said", async () => {
    await addDead("a1");
    await redis.set("tsq:audit", "no stream");
    const dashboard = await as("admin");

    await dashboard.post("/morgue", { "key[]": "1-a1", delete: "1" });

    expect(await redis.zcard("dead")).toBe(0);
    const { text } = await dashboard.get("/morgue");
    expect(text).toContain("1 job was deleted.");
    expect(text).toContain("could not be written to the audit trail");
  });

  test("is a page with what was done, by filter and from page to page", async () => {
    const record = { role: "admin", outcome: "done" as const, count: 1, reason: "", note: "" };
    for (let i = 0; i < 60; i++)
      await trail.write({ ...record, user: "mira", action: "job.retry", subject: `one${i}.` });
    await trail.write({ ...record, user: "ana", action: "set.delete", subject: "<b>all</b>" });
    const dashboard = await as("viewer");

    const first = await dashboard.get("/audit");
    expect(first.text).toContain("&lt;b&gt;all&lt;/b&gt;");
    expect(first.text).toContain("one59.");
    expect(first.text).not.toContain("one0.");
    const [, older = ""] = /href="(\/audit\?after=[^"]+)"/.exec(first.text) ?? [];
    expect((await dashboard.get(older)).text).toContain("one0.");
    const narrow = await dashboard.get("/audit?user=ana&action=set.delete&outcome=done");
    expect(narrow.text).toContain("&lt;b&gt;all");
    expect(narrow.text).not.toContain("one59.");
    expect((await dashboard.get("/audit?user=nobody")).text).toContain("Nothing fits the filter.");
    expect((await dashboard.get("/audit?after=nonsense")).status).toBe(200);
  });

  test("comes as files for a spreadsheet and for a program", async () => {
    const record = { user: "mira", role: "admin", action: "job.retry", outcome: "done" as const, count: 1 };
    for (let i = 0; i < 1_100; i++)
      await trail.write({ ...record, subject: `s${i}`, reason: "=HYPERLINK(1)", note: "" });
    const dashboard = await as("viewer");

    const csv = await dashboard.get("/audit?as=csv");
    expect(csv.headers.get("content-disposition")).toBe('attachment; filename="tsq-audit.csv"');
    expect(csv.headers.get("x-content-type-options")).toBe("nosniff");
    expect(csv.text.split("\r\n")).toHaveLength(1_102);
    expect(csv.text).toContain(`"'=HYPERLINK(1)"`);
    const list = JSON.parse((await dashboard.get("/audit?as=json&user=mira")).text) as unknown[];
    expect(list).toHaveLength(1_100);
    expect(list[0]).toMatchObject({ user: "mira", subject: "s1099", at: expect.stringMatching(/Z$/) });
  });

  test("is shown to nobody whom `authorize` does not let look at it", async () => {
    const dashboard = await as("admin", { authorize: (_, action) => action !== "audit" });

    expect((await dashboard.get("/audit")).status).toBe(403);
    expect((await dashboard.get("/audit?as=csv")).status).toBe(403);
  });
});

describe("the reason", () => {
  test("is asked for on the page of a question, and may be left out", async () => {
    await addDead("a1");
    const { text } = await (await as("admin")).get("/morgue/all/delete");

    expect(text).toContain('name="reason"');
    expect(text).not.toMatch(/name="reason"[^>]*required/);
  });

  test("is asked for where a job is edited as well", async () => {
    await addDead("a1");
    const dashboard = await as("admin", { requireReason: true });
    const { text } = await dashboard.get("/morgue");
    const [, key = ""] = /\/morgue\/([^"/]*a1)\/delete/.exec(text) ?? [];

    expect((await dashboard.get(`/morgue/${key}/edit`)).text).toMatch(/name="reason"[^>]*required/);
    expect((await dashboard.post(`/morgue/${key}/edit`, { args: "[2]", reason: "" })).status).toBe(400);
    await dashboard.post(`/morgue/${key}/edit`, { args: "[2]", reason: "a typo" });
    expect(await written()).toMatchObject([{ action: "job.edit", reason: "a typo" }]);
  });

  test("may be wanted; what sends Sidekiq::Web's own fields needs none", async () => {
    await addDead("a1", "b2");
    const dashboard = await as("admin", { requireReason: true });

    expect((await dashboard.get("/morgue/all/delete")).text).toMatch(/name="reason"[^>]*required/);
    expect((await dashboard.post("/morgue/all/delete", { reason: " " })).status).toBe(400);
    expect(await redis.zcard("dead")).toBe(2);
    expect((await dashboard.post("/morgue/all/delete", { reason: "old" })).status).toBe(302);
    expect(await written()).toMatchObject([{ reason: "old", count: 2 }]);
  });
});
