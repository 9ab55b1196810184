/** Jobs that `authorize` lets somebody not look at, on every page that lists jobs: there, and no more than that. */
import type { Authorize } from "tsq/web";
import { describe, expect, test } from "vitest";
import { gate } from "../../support/gate.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

/** By the class that runs, which the label of a job does not tell. */
const NO_PAYROLL: Authorize = (_, action, subject) => action !== "look" || subject.class !== "Payroll";
const serve = (authorize: Authorize = NO_PAYROLL) =>
  stage.serve({ auth: () => ({ name: "mira", role: "admin" }), authorize });

const SECRETS = /Payroll|salary of ada|Refused by bank|0\.75|of-payroll/;
const WHY = 'title="You may not do this."';

const job = (jid: string, more: object = {}) =>
  JSON.stringify({
    class: "Mail",
    args: ["hello"],
    jid,
    queue: "q",
    created_at: 1_000,
    retry: true,
    ...more,
  });
const failed = (more: object = {}) => ({
  error_class: "Net::Timeout",
  error_message: "too late",
  failed_at: Date.now(),
  retry_count: 1,
  ...more,
});
const payroll = (jid: string, more: object = {}) =>
  job(jid, {
    class: "Payroll",
    display_class: "PayrollOfAll",
    args: ["salary of ada", 0.75],
    tags: ["of-payroll"],
    error_class: "Refused by bank",
    error_message: "salary of ada",
    failed_at: Date.now(),
    ...more,
  });

/** One of each in every set and on a queue. */
const fill = async () => {
  for (const set of ["retry", "schedule", "dead"]) {
    await stage.redis.zadd(set, 1_999_999_999, payroll("p1"));
    await stage.redis.zadd(set, 1_999_999_999, job("m1", failed()));
  }
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", payroll("p1"), job("m1"));
};

/** Each is run for longer than usual by a process that has a slot of it. */
const run = async () => {
  const now = Math.floor(Date.now() / 1_000);
  const info = { hostname: "h", pid: 1, concurrency: 5, queues: ["q"], identity: "h:1:a", version: "8.1.7" };
  await stage.redis.sadd("processes", "h:1:a");
  await stage.redis.hset("h:1:a", { info: JSON.stringify(info), busy: 2, beat: now, quiet: "false" });
  for (const [tid, payload] of [
    ["t1", payroll("p1")],
    ["t2", job("m1")],
  ] as const)
    await stage.redis.hset("h:1:a:work", tid, JSON.stringify({ queue: "q", payload, run_at: now - 90 }));
  await stage.redis.hset("it-p1", { ex: "3", c: "salary of ada", rt: "12.5" });
  const [, year, month, day, hour, minutes] =
    /^20(..)-(..)-(..)T(..):(..)/.exec(new Date().toISOString()) ?? [];
  const counters = { "PayrollOfAll|p": 10, "PayrollOfAll|ms": 5_000, "Mail|p": 10, "Mail|ms": 5_000 };
  await stage.redis.hset(`j|${year}${month}${day}|${Number(hour)}:${minutes}`, counters);
};

const plainOf = (text: string) => text.replaceAll(/<wbr>|<\/?bdi[^>]*>/g, "");
const rowsOf = (text: string): readonly string[] => plainOf(text).match(/<tr [^>]*data-row.*?<\/tr>/gs) ?? [];

describe("is a row without class, arguments and error", () => {
  test.each([
    ["/retries", 2],
    ["/retries?page=1", 2],
    ["/retries?q=queue:q", 2],
    ["/scheduled", 2],
    ["/morgue", 2],
    ["/queues/q", 2],
    ["/search?q=jid:p1", 5],
    ["/busy?only=jobs", 2],
  ])("on %s", async (path, count) => {
    await fill();
    if (/busy|search/.test(path)) await run();
    const dashboard = await serve();

    const { status, text } = await dashboard.get(path);

    expect(status).toBe(200);
    const rows = rowsOf(text);
    expect(rows).toHaveLength(count);
    const hidden = rows.filter((row) => row.includes(WHY));
    expect(hidden).toHaveLength(path.startsWith("/search") ? 5 : 1);
    for (const row of hidden) {
      expect(row).not.toMatch(SECRETS);
      expect(row).toContain("hidden");
      // Nothing that would lead to no more than a refusal.
      expect(row).not.toMatch(/type="checkbox"|href="[^"]*p1[^"]*"/);
    }
    const [other] = rows.filter((row) => !row.includes(WHY));
    if (count === 2) expect(other).toMatch(/Mail/);
  });

  test("nor said to be well on Errors, where all that fail are hidden", async () => {
    await stage.redis.zadd("dead", 1, payroll("p1"));
    const dashboard = await serve();

    const { text } = await dashboard.get("/errors");
    const narrowed = await dashboard.get("/errors?q=class:Payroll");

    expect(plainOf(text)).not.toMatch(SECRETS);
    expect(text).not.toContain("Nothing fails");
    expect(text).toContain("<h1>0 errors</h1>");
    expect(text).toContain(WHY);
    // By a filter it would tell which.
    expect(narrowed.text).not.toContain(WHY);
  });

  test("nor said to have been idle on Metrics, where all that ran is hidden", async () => {
    const [, year, month, day, hour, minutes] =
      /^20(..)-(..)-(..)T(..):(..)/.exec(new Date().toISOString()) ?? [];
    const key = `j|${year}${month}${day}|${Number(hour)}:${minutes}`;
    await stage.redis.hset(key, { "Payroll|p": 10, "Payroll|ms": 5_000 });
    const dashboard = await serve();

    const { text } = await dashboard.get("/metrics");
    const narrowed = await dashboard.get("/metrics?substr=pay");

    expect(plainOf(text)).not.toMatch(SECRETS);
    expect(text).not.toContain("Nothing ran in this time");
    expect(text).toContain(WHY);
    // By a part of a name it would tell which.
    expect(narrowed.text).not.toContain(WHY);
  });

  test("on Busy in the slots of its process, too", async () => {
    await run();
    const dashboard = await serve();

    const text = plainOf((await dashboard.get("/busy")).text);

    expect(text).toMatch(/<title>Mail/);
    expect(text).toMatch(/<title>hidden/);
    expect(text).not.toMatch(SECRETS);
  });

  test("on the first page in what needs a person, and in the slots", async () => {
    await run();
    for (let i = 0; i < 12; i++) {
      await stage.redis.zadd("dead", Date.now() / 1_000, payroll(`p${i}`));
      await stage.redis.zadd("dead", Date.now() / 1_000, job(`m${i}`, failed()));
    }
    const dashboard = await serve();

    const text = plainOf((await dashboard.get("/")).text);

    expect(text).not.toMatch(SECRETS);
    expect(text).toMatch(/Net::Timeout.*Mail/s);
    const needs = text.match(/<li title="You may not do this\.">.*?<\/li>/gs) ?? [];
    // Its error grows, and it runs for long.
    expect(needs).toHaveLength(2);
    for (const need of needs) {
      expect(need).toContain("hidden");
      // It is known by its numbers as well.
      expect(need).not.toMatch(/on average|runs of the last/);
    }
  });
});

test("jobs that may be looked at are shown as they are", async () => {
  await fill();
  const dashboard = await serve(() => true);

  for (const path of ["/retries", "/queues/q", "/search?q=jid:p1", "/errors"]) {
    const text = (await dashboard.get(path)).text;
    expect(text).not.toContain(WHY);
    expect(plainOf(text)).toContain("PayrollOfAll");
  }
});

test("all jobs of a page are asked for at once, each by what it is", async () => {
  await stage.redis.zadd("dead", 1, job("a"), 2, job("b"), 3, payroll("c"));
  const { opened, open } = gate();
  const asked: unknown[] = [];
  const dashboard = await serve(async (_, action, subject) => {
    if (action !== "look" || subject.jid === undefined) return true;
    // For what is counted beside the list they are asked for as well.
    if (!asked.some((one) => JSON.stringify(one) === JSON.stringify(subject))) asked.push(subject);
    if (asked.length === 3) open();
    await opened;
    return true;
  });

  expect((await dashboard.get("/morgue")).status).toBe(200);

  expect(asked).toEqual([
    { set: "dead", queue: "q", class: "Payroll", jid: "c" },
    { set: "dead", queue: "q", class: "Mail", jid: "b" },
    { set: "dead", queue: "q", class: "Mail", jid: "a" },
  ]);
});

test("each job is asked for whose error is counted, by the set that it is in", async () => {
  await stage.redis.zadd("dead", 1, job("old", failed({ failed_at: 1_000, error_message: "first" })));
  await stage.redis.zadd("retry", 2, job("new", failed({ error_message: "first" })));
  const asked: unknown[] = [];
  const dashboard = await serve((_, action, subject) => {
    if (action === "look" && subject.jid !== undefined) asked.push(subject);
    return true;
  });

  await dashboard.get("/errors");

  expect(asked).toEqual([
    { set: "dead", queue: "q", class: "Mail", jid: "old" },
    { set: "retry", queue: "q", class: "Mail", jid: "new" },
  ]);
});

test("of many runs that a search finds no more are asked about at once than of what waits", async () => {
  const now = Math.floor(Date.now() / 1_000);
  await stage.redis.sadd("processes", "x:1:a");
  await stage.redis.hset("x:1:a", { info: "{}", busy: 300, concurrency: 300, beat: now });
  for (let i = 0; i < 300; i++) {
    const payload = JSON.stringify({ class: "A", args: [], jid: `j${i}`, queue: "q" });
    await stage.redis.hset("x:1:a:work", `t${i}`, JSON.stringify({ queue: "q", payload, run_at: now - 1 }));
  }
  let [asked, most] = [0, 0];
  const dashboard = await serve(async (_, action, { jid }) => {
    if (action !== "look" || jid === undefined) return true;
    most = Math.max(most, ++asked);
    await new Promise((resolve) => setImmediate(resolve));
    asked--;
    return false;
  });

  expect((await dashboard.get("/search?q=class%3AA")).status).toBe(200);

  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(25);
});
