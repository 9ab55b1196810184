/** Work on many jobs outlives an outage of Redis, and is known to other dashboards, also when its own has gone. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Served } from "../support/dashboard.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import { setDashboards } from "../support/web-stage.ts";

const stage = setDashboards();

const ID = "a-work-of-this-id-1";
const payload = (jid: string) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1 });
const fill = (count: number) =>
  stage.redis.zadd("retry", ...Array.from({ length: count }, (_, i) => [i + 1, payload(`j${i}`)]).flat());
/** As its question would send it. */
const begin = (dashboard: Served, verb: string, count: number, more: Record<string, string> = {}) =>
  dashboard.post(`/retries/all/${verb}`, {
    id: ID,
    q: "",
    as_of: String(Date.now()),
    expected: String(count),
    ...more,
  });
const left = () => stage.redis.zcard("retry");
/** What was written down of its end. */
const written = async (): Promise<string> =>
  (await stage.redis.xrevrange("tsq:audit", "+", "-")).map(([, fields]) => fields.join(" ")).join("\n");

/**
 * How many a page says that it has done: all, or a few less where it says that an answer was lost, which was on its way when
 * the connection was cut.
 */
const doneOf = (text: string, what: string, all: number): number => {
  const done = Number(new RegExp(`<h1>(\\d+) jobs were ${what}</h1>`).exec(text)?.[1]);
  const isAnswerLost = text.includes("An answer of Redis was lost: more may be done than was counted.");
  expect(done).toBeGreaterThanOrEqual(isAnswerLost ? all - 10 : all);
  expect(done).toBeLessThanOrEqual(isAnswerLost ? all - 1 : all);
  return done;
};

describe("while Redis is away", () => {
  const throughProxy = async (options: Parameters<typeof stage.serve>[0] = {}) => {
    const { port, hostname, pathname } = new URL(stage.server.url);
    const proxy = await TcpProxy.listen(Number(port), hostname);
    onTestFinished(() => proxy.stop());
    return {
      proxy,
      dashboard: await stage.serve({ ...options, redis: `redis://127.0.0.1:${proxy.port}${pathname}` }),
    };
  };

  test("it waits, says so on its page, and goes on by itself", async () => {
    await fill(60);
    const { proxy, dashboard } = await throughProxy();
    await begin(dashboard, "kill", 60, { pace: "3" });
    await eventually(async () => expect(await left()).toBeLessThan(60));

    proxy.refuse();
    await eventually(async () => {
      const { status, text } = await dashboard.get(`/bulk/${ID}`);
      expect(status).toBe(200);
      expect(text).toContain("The work waits, goes on by itself");
      expect(text).toContain("Cannot reach Redis");
    });
    expect(await left()).toBeGreaterThan(0);
    proxy.accept();

    await eventually(async () => expect(await left()).toBe(0));
    await eventually(async () => {
      const { text } = await dashboard.get(`/bulk/${ID}`);
      doneOf(text, "moved to the dead set.", 60);
      expect(text).toContain("All of them were gone through.");
    });
    expect(await written()).toMatch(/set\.kill outcome done count 60 /);
  });

  test("its end is written down as soon as Redis takes it", async () => {
    await fill(40);
    const { proxy, dashboard } = await throughProxy();
    await begin(dashboard, "delete", 40, { pace: "4" });
    await eventually(async () => expect(await left()).toBeLessThan(40));

    proxy.refuse();
    await eventually(async () =>
      expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("The work waits"),
    );
    await dashboard.post(`/bulk/${ID}`, { cancel: "1" });
    await eventually(async () =>
      expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("Somebody has ended it"),
    );
    proxy.accept();

    await eventually(async () =>
      expect(await written()).toMatch(/set\.delete outcome done count \d+ .*ended early/),
    );
  });

  test("what got another time before is not given it, and counted, again", async () => {
    await fill(40);
    const { proxy, dashboard } = await throughProxy();
    await begin(dashboard, "reschedule", 40, { pace: "4", at: "2030-01-31 08:30", up_to: "9999999999" });
    await eventually(async () => expect(await stage.redis.zcount("retry", 1_000, "+inf")).toBeGreaterThan(0));

    proxy.refuse();
    await eventually(async () =>
      expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("The work waits"),
    );
    proxy.accept();

    await eventually(async () =>
      doneOf((await dashboard.get(`/bulk/${ID}`)).text, "given another time.", 40),
    );
    expect(await stage.redis.zcount("retry", 1_000, "+inf")).toBe(40);
  });

  test("it touches no more than were counted, whatever has come back meanwhile", async () => {
    await fill(60);
    const { proxy, dashboard } = await throughProxy();
    await begin(dashboard, "delete", 60, { pace: "3", most: "60" });
    await eventually(async () => expect(await left()).toBeLessThan(60));

    proxy.refuse();
    await eventually(async () =>
      expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("The work waits"),
    );
    // Their times say that they were there before.
    for (let i = 0; i < 50; i++) await stage.redis.zadd("retry", 100 + i, payload(`back${i}`));
    proxy.accept();

    await eventually(async () => doneOf((await dashboard.get(`/bulk/${ID}`)).text, "deleted.", 60));
    expect(await left()).toBe(50);
  });

  test("it goes on with what is left of a queue, and leaves alone what came meanwhile", async () => {
    const onQueue = (jid: string) => JSON.stringify({ class: "HardJob", args: [1], jid, queue: "q" });
    await stage.redis.sadd("queues", "q");
    await stage.redis.lpush("queue:q", ...Array.from({ length: 300 }, (_, i) => onQueue(`j${i}`)));
    const { proxy, dashboard } = await throughProxy();
    const { text } = await dashboard.get("/queues/q/all/delete");
    const hidden = Object.fromEntries(
      [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
        ([, name = "", value = ""]) => [name, value],
      ),
    );
    // Of the four behind them nobody can tell whether they were there.
    await stage.redis.lpop("queue:q", 12);
    await dashboard.post("/queues/q/all/delete", { ...hidden, id: ID, typed: "300", pace: "6" });
    await eventually(async () => expect(await stage.redis.llen("queue:q")).toBeLessThan(40));

    proxy.refuse();
    await eventually(async () =>
      expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("The work waits"),
    );
    expect(await stage.redis.llen("queue:q")).toBeGreaterThan(4);
    await stage.redis.lpush("queue:q", ...Array.from({ length: 5 }, (_, i) => onQueue(`later${i}`)));
    proxy.accept();

    const counted = await eventually(async () =>
      doneOf((await dashboard.get(`/bulk/${ID}`)).text, "deleted.", 284),
    );
    expect(await stage.redis.llen("queue:q")).toBe(9);
    await eventually(async () => {
      const { state, report } = JSON.parse((await stage.redis.hget("tsq:bulk", ID)) ?? "{}") as {
        readonly state: string;
        readonly report: object;
      };
      expect(state).toBe("done");
      expect(report).toMatchObject({ done: counted, unsure: 4 });
      expect(report).not.toHaveProperty("newest");
    });
  });

  test("a form of Sidekiq::Web means what has died by a clock that is ahead, also behind it", async () => {
    const aheadBy = (i: number) => Date.now() / 1_000 + 3_600 + i;
    for (let i = 0; i < 40; i++) await stage.redis.zadd("dead", aheadBy(i), payload(`j${i}`));
    const { proxy, dashboard } = await throughProxy({ authorize: () => true });
    const { location = "" } = await dashboard.post("/morgue/all/delete", { pace: "3" });
    await eventually(async () => expect(await stage.redis.zcard("dead")).toBeLessThan(40));

    proxy.refuse();
    await eventually(async () => expect((await dashboard.get(location)).text).toContain("The work waits"));
    proxy.accept();

    await eventually(async () => expect(await stage.redis.zcard("dead")).toBe(0));
  });

  test("what Redis refuses for good is told at once", async () => {
    await fill(3);
    await stage.redis.set("dead", "no set");
    const dashboard = await stage.serve();

    const { location = "" } = await begin(dashboard, "kill", 3);

    expect((await dashboard.get(location)).text).toContain("It could not go on.");
  });
});

describe("another dashboard", () => {
  test("shows how far it is and by which process, and ends it", async () => {
    await fill(60);
    const [one, other] = [await stage.serve(), await stage.serve()];
    await begin(one, "delete", 60, { pace: "3600" });

    await eventually(async () => {
      const { text } = await other.get(`/bulk/${ID}`);
      expect(text).toContain("of 60 jobs deleted</h1>");
      expect(text).toContain(`:${process.pid}`);
    });
    expect((await other.get("/bulk")).text).toContain(`/bulk/${ID}`);
    expect((await other.get("/retries")).text).toContain(`/bulk/${ID}`);
    await other.post(`/bulk/${ID}`, { cancel: "1" });

    await eventually(async () =>
      expect((await one.get(`/bulk/${ID}`)).text).toContain("Somebody has ended it"),
    );
    expect(await left()).toBeGreaterThan(0);
  });

  test("does not begin again what the same form has begun here", async () => {
    await fill(10);
    const [one, other] = [await stage.serve(), await stage.serve()];
    const form = { pace: "3600", as_of: String(Date.now()) };
    await begin(one, "delete", 10, form);
    const before = await left();

    const again = await begin(other, "delete", 10, form);

    expect(again).toMatchObject({ status: 302, location: `/bulk/${ID}` });
    expect(await left()).toBe(before);
  });
});

describe("when its dashboard has ended", () => {
  test("one that is started after it says what was done, and leads to the rest", async () => {
    await fill(10);
    const gone = await stage.serve();
    await begin(gone, "delete", 10, { pace: "3600", q: "class:HardJob" });
    await gone.stop();

    const young = await stage.serve();
    const [page, list] = await Promise.all([young.get(`/bulk/${ID}`), young.get("/retries")]);

    expect(page.text).toContain("The process of the dashboard that did it has ended.");
    expect(page.text).toContain("<h1>1 job was deleted.</h1>");
    expect(list.text).toContain("The process of the dashboard that did it has ended.");
    const [, rest = ""] = /href="([^"]+)"[^>]*>Do the rest…</.exec(page.text) ?? [];
    expect((await young.get(rest)).text).toContain("<h1>Delete 9 jobs?</h1>");
  });

  test("one that was killed is known to have ended when it has said nothing for a minute", async () => {
    await fill(10);
    const one = await stage.serve();
    await begin(one, "delete", 10, { pace: "3600" });
    const record = JSON.parse((await stage.redis.hget("tsq:bulk", ID)) ?? "{}") as { seenAt: number };
    const silent = { ...record, seenAt: record.seenAt - 61_000 };
    await stage.redis.hset("tsq:bulk", "another-work-of-an-id", JSON.stringify(silent));

    const { text } = await one.get("/bulk/another-work-of-an-id");

    expect(text).toContain("The process of the dashboard that did it has ended.");
  });
});

test("what is in Redis in the place of it breaks no page", async () => {
  const dashboard = await stage.serve();
  const odd = { verb: "delete", action: "set.delete", list: "//elsewhere", startedAt: 1, state: "done" };
  await stage.redis.hset("tsq:bulk", { a: "no JSON", b: "[1]", c: JSON.stringify(odd), d: "null" });

  expect((await dashboard.get("/bulk")).text).toContain("Nothing is done to many jobs just now");
  for (const id of ["a", "b", "c", "d"])
    expect((await dashboard.get(`/bulk/${id}`)).text).toContain("No such work is known here");
});

test("it is forgotten after a week, and of many the oldest first", async () => {
  const dashboard = await stage.serve();
  for (let i = 0; i < 55; i++) {
    await fill(1);
    await begin(dashboard, "delete", 1, { id: `a-work-of-this-id-${i}0` });
  }

  expect(await stage.redis.hlen("tsq:bulk")).toBeLessThanOrEqual(51);
  expect(await stage.redis.ttl("tsq:bulk")).toBeGreaterThan(6 * 86_400);
});
