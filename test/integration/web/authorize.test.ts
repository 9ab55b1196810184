/** What `authorize` is asked, and that nothing is done or shown where it says no: from outside, by HTTP. */
import type { Authorize, Role, WebOptions } from "tsq/web";
import { describe, expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const serve = (authorize: Authorize | undefined, role: Role = "admin", more: WebOptions = {}) =>
  stage.serve({ auth: () => ({ name: "mira", role }), authorize, ...more });

const job = (jid: string, queue: string, more: object = {}) =>
  JSON.stringify({ class: "A", args: ["secret"], jid, queue, created_at: 1_000, retry: true, ...more });

/** The example of the documentation: everything but what is on `payments`. */
const NOT_PAYMENTS: Authorize = (_, action, { queue }) => action === "look" || queue !== "payments";

const both = async (set: string) => {
  await stage.redis.zadd(set, 1, job("m1", "mails"));
  await stage.redis.zadd(set, 2, job("p1", "payments"));
};

describe("work on many jobs leaves alone what may not be touched", () => {
  test.each([
    ["retry", "/retries/all/retry", "retry", { q: "" }],
    ["retry by a filter", "/retries/all/retry", "retry", { q: "class:A" }],
    ["kill as Sidekiq::Web sends it", "/retries/all/kill", "retry", {}],
    ["delete as Sidekiq::Web sends it", "/morgue/all/delete", "dead", {}],
    ["enqueue as Sidekiq::Web sends it", "/scheduled/all/add_to_queue", "schedule", {}],
    ["move", "/retries/all/move", "retry", { q: "", to: "mails2" }],
  ])("%s", async (_, path, set, form) => {
    await both(set);
    const dashboard = await serve(NOT_PAYMENTS);

    const { status, location = "" } = await dashboard.post(path, form);

    expect(status).toBe(302);
    const left = await stage.redis.zrange(set, "0", "-1");
    expect(left.filter((text) => text.includes('"queue":"payments"'))).toHaveLength(1);
    expect(left.filter((text) => text.includes('"queue":"mails"'))).toEqual([]);
    expect(await stage.redis.llen("queue:payments")).toBe(0);
    expect((await dashboard.get(location)).text).toContain("1 job was left alone: ");
  });

  test("on a queue by the class of each, also where the whole queue is cleared", async () => {
    await stage.redis.lpush("queue:q", job("a1", "q"), job("b1", "q", { class: "B" }));
    const dashboard = await serve((_, action, subject) => action === "look" || subject.class !== "B");

    for (const path of ["/queues/q/all/kill", "/queues/q"])
      expect((await dashboard.post(path, { q: "" })).status).toBe(302);

    expect(await stage.redis.lrange("queue:q", 0, -1)).toEqual([job("b1", "q", { class: "B" })]);
    expect(await stage.redis.zcard("dead")).toBe(1);
  });

  test("on a queue that is cleared by its question of no more than were there then", async () => {
    const [ahead, behind] = [Date.now() + 3_600_000, Date.now() - 3_600_000];
    await stage.redis.lpush(
      "queue:q",
      job("b1", "q", { class: "B" }),
      job("a1", "q", { enqueued_at: ahead }),
    );
    const dashboard = await serve((_, action, subject) => action === "look" || subject.class !== "B");
    const { text } = await dashboard.get("/queues/q/confirm");
    const fields = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const form = Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
    // Before the answer is sent, and after the question.
    await stage.redis.lpush("queue:q", job("c1", "q", { enqueued_at: behind }));

    expect((await dashboard.post("/queues/q", form)).status).toBe(302);

    const left = await stage.redis.lrange("queue:q", 0, -1);
    expect(left.map((one) => (JSON.parse(one) as { jid: string }).jid)).toEqual(["c1", "b1"]);
  });

  test("as its own action and as that of one job, with set, queue, class and jid", async () => {
    await stage.redis.zadd("dead", 1, job("m1", "mails"));
    const asked: unknown[] = [];
    const dashboard = await serve((_, action, subject) => {
      if (subject.jid !== undefined) asked.push([action, subject]);
      return true;
    });

    await dashboard.post("/morgue/all/retry");

    const subject = { set: "dead", queue: "mails", class: "A", jid: "m1" };
    expect(asked).toEqual([
      ["look", subject],
      ["set.retry", subject],
      ["job.retry", subject],
    ]);
  });

  test("and of processes those that may not be told", async () => {
    for (const name of ["one", "two"]) {
      await stage.redis.sadd("processes", name);
      await stage.redis.hset(name, {
        info: JSON.stringify({ identity: name, hostname: name }),
        busy: 0,
        beat: 1,
      });
    }
    const dashboard = await serve((_, __, { identity }) => identity !== "two");

    expect((await dashboard.post("/busy", { quiet: "1" })).status).toBe(302);

    expect(await stage.redis.lrange("one-signals", 0, -1)).toEqual(["TSTP"]);
    expect(await stage.redis.exists("two-signals")).toBe(0);
  });
});

describe("of jobs that are ticked each is asked for", () => {
  test("on a queue, by key and by payload, with its class and jid", async () => {
    await stage.redis.lpush("queue:q", job("a1", "q"), job("b1", "q", { class: "B" }));
    const dashboard = await serve((_, __, subject) => subject.class !== "B" && subject.queue !== "other");

    for (const [path, form] of [
      ["/queues/q/delete", { "key[]": ["a1", "b1"] }],
      ["/queues/q/delete", { key_val: job("b1", "q", { class: "B" }) }],
      ["/queues/q/move", { "key[]": ["a1", "b1"], to: "r" }],
      ["/queues/q/move", { "key[]": "a1", to: "other" }],
    ] as const)
      expect([path, form, (await dashboard.post(path, form)).status]).toEqual([path, form, 403]);
    expect(await stage.redis.llen("queue:q")).toBe(2);
  });

  test("and the queue that a job would go to as well", async () => {
    await stage.redis.zadd("retry", 1, job("m1", "mails"));
    const dashboard = await serve(NOT_PAYMENTS);

    for (const [path, form] of [
      ["/retries/1-m1/edit", { queue: "payments", args: '["secret"]' }],
      ["/retries/1-m1", { move: "1", to: "payments" }],
      ["/retries", { "key[]": "1-m1", move: "1", to: "payments" }],
      ["/retries/all/move", { q: "", to: "payments" }],
      ["/queues/mails/all/move", { q: "", to: "payments" }],
    ] as const)
      expect([path, (await dashboard.post(path, form)).status]).toEqual([path, 403]);
    expect(await stage.redis.zrange("retry", "0", "-1")).toEqual([job("m1", "mails")]);
  });
});

test("the class that `authorize` and `mask` are told is the one that runs, not its label", async () => {
  const label = { class: "Payroll", display_class: "Harmless" };
  const wrapped = {
    class: "Sidekiq::ActiveJob::Wrapper",
    wrapped: "Payroll",
    display_class: "Harmless",
    args: [{ job_class: "Payroll", arguments: ["secret"] }],
  };
  await stage.redis.zadd("retry", 1, job("l1", "q", label));
  await stage.redis.zadd("retry", 2, job("w1", "q", wrapped));
  await stage.redis.lpush("queue:q", job("q1", "q", label));
  const masked: unknown[] = [];
  const dashboard = await serve(
    (_, action, subject) => action === "look" || subject.class !== "Payroll",
    "admin",
    {
      mask: (args, { class: of }) => {
        masked.push(of);
        return args;
      },
    },
  );

  for (const [path, form] of [
    ["/retries/1-l1", { delete: "1" }],
    ["/retries/2-w1", { delete: "1" }],
    ["/jobs/l1", { kill: "1" }],
    ["/jobs/w1", { kill: "1" }],
    ["/queues/q/delete", { "key[]": "q1" }],
    ["/retries/1-l1/edit", { args: "[]" }],
  ] as const)
    expect([path, (await dashboard.post(path, form)).status]).toEqual([path, 403]);
  expect((await dashboard.get("/retries")).text).toContain("Harmless");
  expect(new Set(masked)).toEqual(new Set(["Payroll"]));
});

test("who has the role is not told to need it where `authorize` says no", async () => {
  await stage.redis.sadd("queues", "q");
  const refusing = await serve((_, action) => action !== "queue.clear");
  const viewer = await serve(undefined, "viewer");

  expect((await refusing.get("/queues/q")).text).toContain('disabled title="You may not do this."');
  expect((await refusing.get("/queues/q")).text).not.toContain("Needs the role");
  expect((await viewer.get("/queues/q")).text).toContain('disabled title="Needs the role admin"');
});

describe("before anything is read", () => {
  test("the role decides, and a refusal is written down", async () => {
    await stage.redis.zadd("retry", 1, job("m1", "mails"));
    const dashboard = await serve(undefined, "viewer");
    const before = await commandsOf();

    for (const [path, form] of [
      ["/jobs/m1", { kill: "1" }],
      ["/retries", { "key[]": Array.from({ length: 5_000 }, (_, i) => `1-${i}`), retry: "1" }],
      ["/retries/1-m1", { delete: "1" }],
      ["/retries/1-m1/edit", { args: "[]" }],
      ["/queues/q/move", { "key[]": "none", to: "r" }],
    ] as const)
      expect([path, (await dashboard.post(path, form)).status]).toEqual([path, 403]);

    const after = await commandsOf();
    for (const name of ["lrange", "zscan", "evalsha", "zrangebyscore", "zrange"])
      expect([name, after.get(name) ?? 0]).toEqual([name, before.get(name) ?? 0]);
    expect(await stage.redis.xlen("tsq:audit")).toBe(5);
  });

  test("a form that names more jobs than a page has is refused", async () => {
    const dashboard = await serve(undefined);
    const keys = Array.from({ length: 1_001 }, (_, i) => `1-${i}`);

    for (const [path, form] of [
      ["/retries", { "key[]": keys, retry: "1" }],
      ["/queues/q/delete", { "key[]": keys }],
      ["/queues/q/move", { "key[]": keys, to: "r" }],
    ] as const) {
      const { status, text } = await dashboard.post(path, form);
      expect([path, status]).toEqual([path, 422]);
      expect(text).toContain("at most 1,000 ticked jobs, got 1,001");
    }
  });
});

test("a process whose name is empty is told alone", async () => {
  await stage.redis.sadd("processes", "", "one");
  await stage.redis.hset("one", {
    info: JSON.stringify({ identity: "one", hostname: "one" }),
    busy: 0,
    beat: 1,
  });
  const dashboard = await serve(undefined);

  expect((await dashboard.get("/busy/confirm?do=stop&identity=")).text).toContain('name="identity"');
  expect((await dashboard.post("/busy", { identity: "", stop: "1" })).status).toBe(302);

  expect(await stage.redis.exists("one-signals")).toBe(0);
});

const commandsOf = async (): Promise<ReadonlyMap<string, number>> => {
  const stats = await stage.redis.info("commandstats");
  return new Map(
    [...stats.matchAll(/cmdstat_([a-z|]+):calls=(\d+)/g)].map(([, name = "", n]) => [name, Number(n)]),
  );
};

describe("a job that may not be looked at is not shown at any door", () => {
  const LOOKS_NOT: Authorize = (_, action, { queue }) => action !== "look" || queue !== "payments";

  test.each([
    ["retry", "/retries", ["retry", "delete", "kill", "edit", "move", "reschedule"]],
    ["schedule", "/scheduled", ["add_to_queue", "delete", "kill", "edit", "move", "reschedule"]],
    ["dead", "/morgue", ["retry", "delete", "edit", "move"]],
  ])("of the set %s", async (set, path, doors) => {
    await both(set);
    const dashboard = await serve(LOOKS_NOT);

    for (const door of ["", ...doors.map((one) => `/${one}`)]) {
      const refused = await dashboard.get(`${path}/2-p1${door}`);
      expect([door, refused.status, refused.text]).toEqual([
        door,
        403,
        expect.not.stringMatching(/secret|payments/),
      ]);
      expect([door, (await dashboard.get(`${path}/1-m1${door}`)).status]).toEqual([door, 200]);
    }
  });

  test("by its jid", async () => {
    await both("retry");
    const dashboard = await serve(LOOKS_NOT);

    for (const door of ["", "/retry", "/kill", "/delete", "/payload"])
      expect([door, (await dashboard.get(`/jobs/p1${door}`)).status]).toEqual([door, 403]);
  });

  test("by a form that asks, is asked again, or saves", async () => {
    await both("retry");
    const dashboard = await serve(LOOKS_NOT);
    const ticked = { "key[]": ["1-m1", "2-p1"] };

    for (const [path, form] of [
      ["/retries", { ...ticked, move: "1" }],
      ["/retries", { ...ticked, move: "1", to: " " }],
      ["/retries", { ...ticked, reschedule: "1" }],
      ["/retries/2-p1", { reschedule: "1", at: "yesterday" }],
      ["/retries/2-p1/edit", { args: "no list" }],
      ["/retries/2-p1/edit", { queue: "mails" }],
    ] as const)
      expect([path, form, (await dashboard.post(path, form)).status]).toEqual([path, form, 403]);
    expect(await stage.redis.zcard("retry")).toBe(2);
  });
});
