/** The page of a job wherever it is, and what its buttons do: by HTTP against a real Redis. */
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { holdsOnly } from "../../support/held-runs.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();
const { serve } = stage;

const DUE = 1_900_000_000;
const payload = (jid = "a1", more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1, ...more });
const onQueue = async (...jids: string[]) => {
  await stage.redis.sadd("queues", "default");
  for (const jid of jids) await stage.redis.lpush("queue:default", payload(jid));
};
const running = async (version: string, jid = "a1", identity = "worker-1:7:ab") => {
  await stage.redis.sadd("processes", identity);
  const info = { hostname: "worker-1", pid: 7, queues: ["default"], version };
  await stage.redis.hset(identity, { info: JSON.stringify(info), busy: 1, beat: Date.now() / 1_000 });
  const work = { queue: "default", payload: payload(jid), run_at: Math.floor(Date.now() / 1_000) - 90 };
  await stage.redis.hset(`${identity}:work`, { t1: JSON.stringify(work) });
};
const iterating = (jid = "a1") => stage.redis.hset(`it-${jid}`, { ex: "3", c: "70512", rt: "12.5" });
const page = async (path = "/jobs/a1") =>
  (await stage.dashboard.get(path)).text.replaceAll(/<wbr>|<\/?bdi>/g, "");
const buttons = (text: string) => [
  ...text.matchAll(/<(?:a|button) class="btn[^>]*(?:href="\/jobs[^"]*"|disabled)[^>]*>/g),
];

describe("a job is found by its jid", () => {
  test("on a queue, with how many are ahead of it", async () => {
    await onQueue("b2", "c3", "a1");

    expect(await page()).toContain("2 jobs are ahead of it on");
    expect(await page("/jobs/b2")).toContain("It is the next one on");
  });

  test.each([
    ["retry", "It has failed, and tries again"],
    ["schedule", "It goes to its queue at its time"],
    ["dead", "runs again only if someone says so"],
  ])("in %s", async (set, said) => {
    await stage.redis.zadd(set, DUE, payload());

    const { status, text } = await stage.dashboard.get("/jobs/a1");

    expect(status).toBe(200);
    expect(text).toContain(said);
  });

  test("while it runs, with who has it and for how long", async () => {
    await running("8.1.7");

    const text = await page();

    expect(text).toContain("worker-1:7 has run it for 1 min 3");
    expect(text).toContain("Began to run");
  });

  test("and what it has been through stands in the order in which it happened", async () => {
    const failed = { retry_count: 2, failed_at: 1_700_000_000_000, retried_at: 1_700_000_500_000 };
    await stage.redis.zadd("retry", DUE, payload("a1", { enqueued_at: 1_700_000_400_000, ...failed }));

    const text = (await page()).replaceAll(/<[^>]+>/g, " ");

    expect(text).toMatch(/Created .*Attempt 1 failed .*Put on its queue .*Attempt 3 failed .*Tries again/s);
  });

  test("and how far an iterable job has come, also on the page of its entry", async () => {
    await stage.redis.zadd("retry", DUE, payload());
    await iterating();

    for (const path of ["/jobs/a1", `/retries/${DUE}-a1`]) {
      const text = await page(path);
      expect(text).toContain("cursor=70512");
      expect(text).toContain("exec=3");
    }
  });

  test("and a cancelled one that is not iterable has no progress", async () => {
    await onQueue("a1");
    await stage.redis.hset("it-a1", { ex: "0", c: "null", rt: "0", cancelled: "1700000000" });

    const text = await page();

    expect(text).not.toContain("cursor=");
    expect(text).toContain("Cancelled");
  });

  test("and the search box leads there with its jid", async () => {
    const jid = "4f2b7f0e9a8c4d5e6f708192";

    expect(await stage.dashboard.get(`/search?q=${jid}`)).toMatchObject({
      status: 302,
      location: `/jobs/${jid}`,
    });
    expect((await stage.dashboard.get("/search?q=HardJob")).status).toBe(200);
  });

  test("and the lists of what waits and what runs lead there", async () => {
    await onQueue("b2");
    await running("8.1.7");

    expect(await page("/busy")).toContain('href="/jobs/a1"');
    expect(await page("/queues/default")).toContain('href="/jobs/b2"');
  });
});

describe("a jid that is nowhere", () => {
  test("has a page that says what was looked at, and what that can mean", async () => {
    await onQueue("b2", "c3");

    const { status, text } = await stage.dashboard.get("/jobs/zz");

    expect(status).toBe(404);
    expect(text).toContain("all 2 jobs that wait on queues");
    expect(text).toContain("It is done");
    expect(text).not.toContain("data-poll");
  });

  test("is shown as text, whatever it holds", async () => {
    const { status, text } = await stage.dashboard.get(
      `/jobs/${encodeURIComponent('<script>alert("1")</script>\u202e')}`,
    );

    expect(status).toBe(404);
    expect(text).not.toContain("<script>alert");
    expect(text).not.toContain("\u202e");
  });
});

describe("what can be done to a job", () => {
  test.each([
    ["retry", { retry: "1" }, { default: 1 }, "/jobs/a1"],
    ["retry", { kill: "1" }, { dead: 1 }, "/jobs/a1"],
    ["retry", { delete: "1" }, {}, "/retries"],
    ["schedule", { add_to_queue: "1" }, { default: 1 }, "/jobs/a1"],
    ["schedule", { delete: "1" }, {}, "/scheduled"],
    ["dead", { retry: "1" }, { default: 1 }, "/jobs/a1"],
    ["dead", { delete: "1" }, {}, "/morgue"],
  ])("in %s: %j", async (set, form, left, location) => {
    await stage.redis.zadd(set, DUE, payload());

    expect(await stage.dashboard.post("/jobs/a1", form)).toMatchObject({ status: 302, location });

    expect(await sizes()).toEqual(left);
  });

  test.each([
    [{ kill: "1" }, { dead: 1, default: 1 }, "/jobs/a1"],
    [{ delete: "1" }, { default: 1 }, "/queues/default"],
  ])("on a queue: %j", async (form, left, location) => {
    await onQueue("b2", "a1");

    expect(await stage.dashboard.post("/jobs/a1", form)).toMatchObject({ status: 302, location });

    expect(await sizes()).toEqual(left);
  });

  test("is asked first where it cannot be taken back", async () => {
    await stage.redis.zadd("retry", DUE, payload());

    const { text } = await stage.dashboard.get("/jobs/a1/delete");

    expect(text).toContain("Delete HardJob?");
    expect(await sizes()).toEqual({ retry: 1 });
  });

  test("is not done where the job is not any more, and that is said", async () => {
    await onQueue("a1");

    await stage.dashboard.post("/jobs/a1", { retry: "1" });

    expect(await sizes()).toEqual({ default: 1 });
    expect(await page()).toContain("the job is somewhere else by now");
  });

  test("is refused to a viewer, and to whom `authorize` does not let to its queue", async () => {
    await stage.redis.zadd("retry", DUE, payload());
    const viewer = await serve({ auth: () => ({ name: "ana", role: "viewer" }) });
    const kept = await serve({ authorize: (_, __, { queue }) => queue !== "default" });

    expect((await viewer.post("/jobs/a1", { delete: "1" })).status).toBe(403);
    expect((await kept.post("/jobs/a1", { delete: "1" })).status).toBe(403);
    expect((await kept.get("/jobs/a1")).status).toBe(403);
    expect(await sizes()).toEqual({ retry: 1 });
  });
});

describe("a run", () => {
  const marks = async () => [
    await stage.redis.hget("it-a1", "cancelled"),
    await stage.redis.zscore("tsq:cancelled", "a1"),
  ];

  test("of tsq is cancelled, and its page says so", async () => {
    await running("tsq 0.1.0");

    expect(await stage.dashboard.post("/jobs/a1", { cancel: "1" })).toMatchObject({ location: "/jobs/a1" });

    expect(await marks()).not.toContain(null);
    expect(await page()).toContain("Cancelled already");
  });

  test("of tsq that has ended since its heartbeat is not cancelled", async () => {
    await running("tsq 0.1.0");
    await holdsOnly(stage.redis, "worker-1:7:ab");

    await stage.dashboard.post("/jobs/a1", { cancel: "1" });

    expect(await marks()).toEqual([null, null]);
  });

  test.each([
    ["8.1.7", true],
    ["7.3.3", true],
    ["7.3.2", false],
  ])("of an iterable job of Sidekiq %s is cancelled: %s", async (version, isCancelled) => {
    await running(version);
    await iterating();

    await stage.dashboard.post("/jobs/a1", { cancel: "1" });

    expect((await marks())[0] !== null).toBe(isCancelled);
  });

  test("shows on /busy how far it has come, and can be cancelled there", async () => {
    await running("8.1.7");
    await iterating();

    const text = await page("/busy");

    expect(text).toContain("cursor=70512; exec=3");
    expect(text).toContain('href="/jobs/a1/cancel"');
    await stage.dashboard.post("/jobs/a1", { cancel: "1" });
    expect(await page("/busy")).not.toContain('href="/jobs/a1/cancel"');
  });

  test("of a Ruby job that is not iterable cannot be cancelled, and that is said", async () => {
    await running("8.1.7");

    await stage.dashboard.post("/jobs/a1", { cancel: "1" });

    expect(await marks()).toEqual([null, null]);
    const text = await page();
    expect(buttons(text).some(([tag]) => tag.includes("disabled"))).toBe(true);
    expect(text).toContain("Ruby cancels iterable jobs only");
  });
});

test("however many look at jobs, the fleet is read once for all of them", async () => {
  for (let i = 0; i < 30; i++) await running("8.1.7", `r${i}`, `worker-${i}:7:ab`);
  await onQueue("a1");
  const asked: string[] = [];
  const monitor = await stage.redis.monitor();
  onTestFinished(() => monitor.disconnect());
  monitor.on("monitor", (_, [command = "", key = ""]: readonly string[]) => {
    asked.push(`${command.toLowerCase()} ${key}`);
  });

  await Promise.all(["/jobs/a1", "/jobs/r3", "/jobs/r4", "/search?q=HardJob"].map((path) => page(path)));

  await stage.redis.echo("seen");
  await eventually(() => expect(asked).toContain("echo seen"));
  const work = asked.filter((one) => /^hgetall worker-\d+:7:ab:work$/.test(one));
  expect(work.length).toBe(30);
});

test("a job that no process can run says so on its page, in what wraps it as well", async () => {
  await onQueue("a1");
  await stage.redis.lpush(
    "queue:default",
    payload("b2", { class: "Sidekiq::ActiveJob::Wrapper", wrapped: "MailJob" }),
  );
  await running("tsq 1.0.0", "other");
  const say = (...names: string[]) =>
    stage.redis.set("tsq:classes:worker-1:7:ab", JSON.stringify({ names, isCut: false }));

  await say("MailJob");
  expect(await page("/jobs/a1")).toContain("flash s-retry");
  expect(await page("/jobs/b2")).not.toContain("flash s-retry");
  await say("HardJob");
  expect(await page("/jobs/a1")).not.toContain("flash s-retry");
  expect(await page("/jobs/b2")).toContain("flash s-retry");
});

const sizes = async () => {
  const all = {
    retry: await stage.redis.zcard("retry"),
    schedule: await stage.redis.zcard("schedule"),
    dead: await stage.redis.zcard("dead"),
    default: await stage.redis.llen("queue:default"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
};
