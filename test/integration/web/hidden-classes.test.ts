/** A class that `authorize` lets somebody not look at: no page, file or JSON names it, has its arguments, or tells by a count that it is there. */
import { AuditTrail } from "tsq/api";
import type { Authorize } from "tsq/web";
import { beforeEach, describe, expect, test } from "vitest";
import type { Served } from "../../support/dashboard.ts";
import { eventually } from "../../support/eventually.ts";
import { cronTab } from "../../support/inside-tsq.ts";
import { ROUTES } from "../../support/inside-web.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const NO_PAYROLL: Authorize = ({ name }, action, subject) =>
  name === "boss" || action !== "look" || subject.class !== "Payroll";
const SECRETS = /Payroll|salary of ada|Refused by bank|0\.75|of-payroll|the bank asked/;

const job = (jid: string, more: object) =>
  JSON.stringify({ jid, queue: "q", created_at: 1_000, retry: true, failed_at: Date.now(), ...more });
const mail = (jid: string) =>
  job(jid, { class: "Mail", args: ["hello"], error_class: "Net::Timeout", error_message: "too late" });
const payroll = (jid: string) =>
  job(jid, {
    class: "Payroll",
    args: ["salary of ada", 0.75],
    tags: ["of-payroll"],
    error_class: "Refused by bank",
    error_message: "salary of ada",
  });

const NOW = Math.floor(Date.now() / 1_000);
const KEY = `${NOW}-p1`;
let dashboard: Served;
const as = (user: string) => ({ "x-user": user, "sec-fetch-site": "same-origin" });
const get = async (path: string, user = "mira") => dashboard.get(path, as(user));

const plainOf = (text: string): string =>
  text
    .replaceAll(/<wbr>|<\/?bdi[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

beforeEach(async () => {
  const { redis } = stage;
  for (const set of ["retry", "schedule", "dead"]) {
    for (let i = 1; i <= 12; i++) {
      await redis.zadd(set, NOW, payroll(`p${i}`));
      await redis.zadd(set, NOW, mail(`m${i}`));
    }
  }
  await redis.sadd("queues", "q");
  await redis.lpush("queue:q", payroll("p1"), mail("m1"));
  const info = {
    hostname: "h",
    pid: 1,
    concurrency: 5,
    queues: ["q"],
    identity: "h:1:a",
    version: "tsq 0.1",
  };
  await redis.sadd("processes", "h:1:a");
  await redis.hset("h:1:a", { info: JSON.stringify(info), busy: 2, beat: NOW, quiet: "false" });
  for (const payload of [payroll("p1"), mail("m1")])
    await redis.hset(
      "h:1:a:work",
      `t${payload.length}`,
      JSON.stringify({ queue: "q", payload, run_at: NOW - 900 }),
    );
  const [, year, month, day, hour, minutes] =
    /^20(..)-(..)-(..)T(..):(..)/.exec(new Date().toISOString()) ?? [];
  for (const at of [`${Number(hour)}:${minutes}`, `${Number(hour)}:${minutes?.[0]}`])
    await redis.hset(`j|${year}${month}${day}|${at}`, {
      "Payroll|p": 10,
      "Payroll|ms": 500,
      "Mail|p": 10,
      "Mail|ms": 500,
    });
  const entry = { cron: "0 3 * * *", queue_name: "q", status: "enabled", namespace: "default" };
  for (const [name, more] of [
    ["month-end", { klass: "Payroll", args: '["salary of ada"]', description: "salary of ada" }],
    ["letters", { klass: "Mail", args: "[]" }],
  ] as const) {
    await redis.hset(`cron_job:default:${name}`, { name, ...entry, ...more });
    await redis.sadd("cron_jobs:default", `cron_job:default:${name}`);
  }
  await redis.sadd("cron_namespaces", "default");
  dashboard = await stage.serve({
    auth: (request) => ({ name: request.headers.get("x-user") ?? "mira", role: "admin" }),
    authorize: NO_PAYROLL,
    requestsPerMinute: 1_000_000,
  });
  const reason = "the bank asked for it";
  await dashboard.post("/morgue", { "key[]": `${NOW}-p12`, retry: "1", reason }, as("boss"));
  const form = {
    as_of: `${Date.now()}`,
    q: "class:Payroll jid:p11",
    expected: "1",
    id: "a-work-of-the-boss",
    reason,
  };
  await dashboard.post("/morgue/all/retry", form, as("boss"));
  await eventually(async () => expect((await get("/audit", "boss")).text).toContain("jid:p11"));
});

/** With what is hidden in the place of each name. */
const pathOf = (path: string): string =>
  (
    [
      [":name", path.startsWith("/cron") ? "month-end" : "q"],
      [":key", KEY],
      [":jid", "p1"],
      [":id", "a-work-of-the-boss"],
      [":namespace", "default"],
      [":class", "Payroll"],
    ] as const
  ).reduce((filled, [name, value]) => filled.replace(name, value), path);

const MORE = [
  "/?days=7",
  "/audit?as=csv",
  "/audit?as=json",
  "/metrics?period=72h",
  "/metrics?class=Mail",
  "/busy?only=jobs",
  "/busy?only=processes",
  "/search?q=jid:p1",
  "/search?q=queue:q",
  "/errors?order=newest",
  "/errors?most=100000",
  "/queues/q/delete?key=p1",
  ...["/retries", "/scheduled", "/morgue"].flatMap((path) => [
    `${path}?page=1`,
    `${path}?q=jid:p1`,
    `${path}?q=after:1h`,
    `${path}?substr=ada`,
    `${path}/all/delete?q=jid:p1`,
  ]),
];

test("is named by no page, file or JSON", async () => {
  const cron = cronTab().routes ?? [];
  const all = [...ROUTES, ...cron.map(({ method, path }) => ({ method, path: `/cron${path}` }))];
  const paths = all.filter(({ method }) => method === "GET").map(({ path }) => pathOf(path));
  for (const path of [...paths, ...MORE]) {
    const { status, text } = await get(path);

    expect([path, status < 500]).toEqual([path, true]);
    expect([path, SECRETS.exec(plainOf(text))?.[0]]).toEqual([path, undefined]);
  }
});

test("is there for whoever may look at it", async () => {
  for (const path of [
    "/metrics",
    "/retries",
    "/errors",
    "/cron",
    "/audit",
    "/audit?as=csv",
    "/bulk",
    "/busy",
  ]) {
    expect([path, plainOf((await get(path, "boss")).text)]).toEqual([
      path,
      expect.stringContaining("Payroll"),
    ]);
  }
  expect((await get("/retries/all/delete", "boss")).text).toContain("Payroll");
});

describe("a filter that does not write it out", () => {
  const eleven = Array.from({ length: 10 }, (_, i) => `class:Mail${i}`).join(" ");

  test.each(["class:payroll", "class:Payrol*", "-class:pAyrol*", `${eleven} class:Payroll`])(
    "%s is shown to nobody but whoever typed it",
    async (q) => {
      const id = "a-second-work-of-the-boss";
      const form = { as_of: `${Date.now()}`, q, expected: "12", id };
      await dashboard.post("/retries/all/retry", form, as("boss"));
      await eventually(async () =>
        expect((await get("/audit?action=set.retry&as=json", "boss")).text).toContain(q),
      );

      for (const path of ["/audit", "/audit?as=csv", "/audit?as=json", "/bulk", `/bulk/${id}`])
        expect([path, plainOf((await get(path)).text)]).toEqual([path, expect.not.stringMatching(/payrol/i)]);
    },
  );
});

test("what a terminal has done to it is told without it, and whole to whoever may look at it", async () => {
  const done = {
    role: "terminal",
    action: "set.delete",
    outcome: "done",
    count: 1,
    reason: "",
    subject: "dead",
  } as const;
  const trail = new AuditTrail({ redis: stage.redis });
  await trail.write({ ...done, user: "ada@host", note: "class:Payroll", classes: ["Payroll"] });
  expect((await get("/audit?action=set.delete", "boss")).text).toContain("class:Payroll");
  // By one that says no classes nobody knows which are meant.
  await trail.write({ ...done, user: "ada@host", note: "class:payroll" });

  expect((await get("/audit?action=set.delete")).text).not.toMatch(/payroll/i);
});

describe("a word of a filter finds none of its jobs, as if there were none", () => {
  /** On a busy machine a page is there before its jobs are counted. */
  const counted = (path: string) =>
    eventually(async () => {
      const page = await get(path);
      expect(page.text).not.toMatch(/are being (?:counted|read)/);
      return page;
    });
  const shownOf = (text: string, word: string): string =>
    plainOf(/<main.*<\/main>/s.exec(text)?.[0] ?? "")
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .replaceAll(word, "WORD");

  test.each([
    "/retries?q=",
    "/scheduled?q=",
    "/morgue?q=",
    "/queues/q?q=",
    "/search?q=",
    "/errors?q=",
    "/retries/all/delete?q=",
    "/morgue/all/retry?q=",
    "/queues/q/all/delete?q=",
    "/retries?substr=",
    "/metrics?substr=",
  ])("on %s", async (path) => {
    const words = path.includes("substr")
      ? ["Payroll", "of-payroll"]
      : ["class:Payroll", "class:Pay*", "tag:of-payroll", 'error:"Refused by bank"', "salary"];
    for (const word of words) {
      const found = await counted(path + encodeURIComponent(word));
      const absent = word.includes(":") ? word.replace(/:.*/, ":zzzz") : "zzzz";
      const nothing = await counted(path + encodeURIComponent(absent));
      expect(shownOf(found.text, word)).toBe(shownOf(nothing.text, absent));
    }
  });
});

test("bulk work that names it does nothing to it, and does not tell how many there are", async () => {
  const form = { as_of: `${Date.now()}`, q: "class:Payroll", expected: "0", id: "a-work-of-mira-s" };

  await dashboard.post("/retries/all/retry", form, as("mira"));

  const text = plainOf((await get("/bulk/a-work-of-mira-s")).text);
  expect(text).toContain("0 jobs were put back on queues.");
  const numbers = [...text.matchAll(/<dd>([\d,]+)<\/dd>/g)].map(([, number]) => number);
  // Gone, skipped, and how many of the set were looked at.
  expect(numbers).toEqual(["0", "0", "24"]);
  expect(await stage.redis.zcard("retry")).toBe(24);
});

test("work on all of a set leaves its jobs alone, and counts them there", async () => {
  await dashboard.post("/retries/all/retry", {}, as("mira"));

  await eventually(async () => expect(await stage.redis.zcard("retry")).toBe(12));
  const left = await stage.redis.zrange("retry", "0", "-1");
  expect(left.filter((text) => !text.includes("Payroll"))).toEqual([]);
});

test("the totals of queues and sets stay what they are in Redis", async () => {
  expect(JSON.parse((await get("/stats")).text)).toMatchObject({ sidekiq: { retries: 24, scheduled: 24 } });
  expect(JSON.parse((await get("/stats/queues")).text)).toMatchObject({ q: 4 });
});

test("is counted for nobody who differs from whoever may look at it in no more than what the host says of them", async () => {
  let tenant = "bank";
  const ofTenants = await stage.serve({
    auth: () => ({ name: "ops", role: "admin", tenant }),
    authorize: (user, action, subject) =>
      action !== "look" || subject.class !== "Payroll" || ("tenant" in user && user.tenant === "bank"),
  });
  for (const path of ["/retries", "/errors"])
    expect([path, plainOf((await ofTenants.get(path)).text)]).toEqual([
      path,
      expect.stringContaining("Payroll"),
    ]);
  tenant = "shop";

  for (const path of ["/retries", "/errors"])
    expect([path, plainOf((await ofTenants.get(path)).text)]).toEqual([
      path,
      expect.not.stringMatching(SECRETS),
    ]);
});
