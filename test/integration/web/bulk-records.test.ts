/** What is written down of work on many jobs, for other dashboards: what anybody may have written there, or kept from being written. */
import { pino } from "pino";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Served } from "../../support/dashboard.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const ID = "a-work-of-this-id-1";
const KEY = "tsq:bulk";
const payload = (jid: string) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1 });
const fill = (count: number) =>
  stage.redis.zadd("retry", ...Array.from({ length: count }, (_, i) => [i + 1, payload(`j${i}`)]).flat());
const left = () => stage.redis.zcard("retry");
const form = (count: number, more: Record<string, string> = {}) => ({
  id: ID,
  q: "",
  as_of: String(Date.now()),
  expected: String(count),
  ...more,
});
const begin = (dashboard: Served, count: number, more?: Record<string, string>) =>
  dashboard.post("/retries/all/delete", form(count, more));
const throughProxy = async () => {
  const { port, hostname, pathname } = new URL(stage.server.url);
  const proxy = await TcpProxy.listen(Number(port), hostname);
  onTestFinished(() => proxy.stop());
  return { proxy, dashboard: await stage.serve({ redis: `redis://127.0.0.1:${proxy.port}${pathname}` }) };
};
const record = (more: object) =>
  JSON.stringify({
    verb: "delete",
    action: "set.delete",
    state: "running",
    list: "/retries",
    filter: "",
    startedAt: Date.now(),
    seenAt: Date.now(),
    ...more,
  });

describe("what it says when it begins", () => {
  test("is its own also where the answer was lost and it is said again", async () => {
    await fill(3);
    const { proxy, dashboard } = await throughProxy();
    await dashboard.get("/retries");
    let isSent = false;
    proxy.replace((chunk, from) => {
      isSent ||= from === "client" && chunk.includes("hsetnx");
      if (from === "client" || !isSent) return chunk;
      proxy.replace(undefined);
      proxy.cut();
      return undefined;
    });

    await begin(dashboard, 3);

    expect(isSent).toBe(true);
    await eventually(async () => expect(await left()).toBe(0));
  });

  test("keeps nobody from what another form with the same id asks for", async () => {
    await fill(10);
    const [one, other] = [await stage.serve(), await stage.serve()];
    const asked = form(10);
    await one.post("/retries/all/delete", { ...asked, pace: "3600" });

    const slow = { ...asked, pace: "7200" };
    const [first, again] = [
      await other.post("/retries/all/delete", slow),
      await one.post("/retries/all/delete", slow),
    ];

    expect(first.location).not.toBe(`/bulk/${ID}`);
    // That one, too, is begun once.
    expect(again.location).toBe(first.location);
    expect(await left()).toBe(8);
    expect(await stage.redis.hlen(KEY)).toBe(2);
  });

  test("where Redis does not take it, a form that is sent twice at once is begun once", async () => {
    await fill(60);
    await stage.redis.set(KEY, "of another type");
    const dashboard = await stage.serve();
    const asked = form(60, { pace: "3600" });

    const [one, other] = await Promise.all([
      dashboard.post("/retries/all/delete", asked),
      dashboard.post("/retries/all/delete", asked),
    ]);

    expect([one.location, other.location]).toEqual([`/bulk/${ID}`, `/bulk/${ID}`]);
    expect(await left()).toBe(59);
  });
});

test("another dashboard ends it also while Redis does not take how far it is", async () => {
  await fill(60);
  const { proxy, dashboard } = await throughProxy();
  const other = await stage.serve();
  await begin(dashboard, 60, { pace: "3600" });
  // No such command: it is refused as by a Redis that is full, and any transaction with it.
  proxy.replace((chunk, from) =>
    from === "client"
      ? Buffer.from(chunk.toString("latin1").replace("hset\r\n", "hsex\r\n"), "latin1")
      : chunk,
  );

  await other.post(`/bulk/${ID}`, { cancel: "1" });

  await eventually(async () =>
    expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("Somebody has ended it"),
  );
});

describe("what is in Redis in the place of it", () => {
  test.each([
    ["a filter that is none", { filter: "a:b" }],
    ["a filter that is too long", { filter: "x".repeat(4_001) }],
    ["a time at the end of all times", { startedAt: 8.64e15 }],
    ["the address of another host", { list: "/\\elsewhere" }],
  ])("is left out where it has %s", async (_, odd) => {
    await stage.redis.hset(KEY, ID, record({ ...odd, state: "done", endedAt: Date.now() }));
    const dashboard = await stage.serve();

    expect(await dashboard.get("/bulk")).toMatchObject({ status: 200 });
    expect((await dashboard.get(`/bulk/${ID}`)).text).toContain("No such work is known here");
  });

  test("goes with the next work, whatever it says", async () => {
    await fill(1);
    await stage.redis.hset(KEY, { a: "no JSON", "end b": "1", c: record({ filter: "a:b" }) });
    const dashboard = await stage.serve();

    await begin(dashboard, 1);

    await eventually(async () => expect(await stage.redis.hkeys(KEY)).toEqual([ID]));
  });

  test("takes no list away when it is of another type", async () => {
    await stage.redis.set(KEY, "x");
    await stage.redis.lpush("queue:default", payload("a"));
    await stage.redis.sadd("queues", "default");
    const dashboard = await stage.serve();

    for (const path of ["/retries", "/scheduled", "/morgue", "/queues/default", "/bulk", `/bulk/${ID}`])
      expect([path, (await dashboard.get(path)).status]).toEqual([path, 200]);
  });

  test("is not read to its end where it is far too much", async () => {
    const junk = Array.from({ length: 4_000 }, (_, i) => [`junk ${i}`, "x".repeat(1_000)]);
    await stage.redis.hset(KEY, ...junk.flat());
    const { proxy, dashboard } = await throughProxy();
    let bytes = 0;
    proxy.replace((chunk, from) => {
      if (from === "server") bytes += chunk.length;
      return chunk;
    });

    expect(await dashboard.get("/bulk")).toMatchObject({ status: 200 });

    expect(bytes).toBeLessThan(2_000_000);
  });

  test("of a clock that was ahead does not go on for ever", async () => {
    await stage.redis.hset(KEY, ID, record({ startedAt: Date.now() + 1e10, seenAt: Date.now() + 1e10 }));
    const dashboard = await stage.serve();

    expect((await dashboard.get(`/bulk/${ID}`)).text).toContain(
      "The process of the dashboard that did it has ended.",
    );
    expect((await dashboard.get("/retries")).text).not.toContain(`/bulk/${ID}`);
  });
});

test("a filter is kept whole: a part of it would mean more jobs", async () => {
  await fill(3);
  const q = Array.from({ length: 45 }, (_, i) => `-jid:${"x".repeat(60)}${i}`).join(" ");
  const [one, other] = [await stage.serve(), await stage.serve()];

  await begin(one, 3, { q, pace: "3600" });

  expect((await other.get(`/bulk/${ID}`)).text).toContain(q);
});

test("whether its process lives goes by the clock of Redis", async () => {
  await stage.redis.hset(KEY, ID, record({}));
  const dashboard = await stage.serve();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());

  const { text } = await dashboard.get(`/bulk/${ID}`);

  expect(text).toContain("jobs deleted</h1>");
  expect(text).not.toContain("has ended");
});

test("what `authorize` fails with is for the log alone", async () => {
  await fill(3);
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(line) });
  const dashboard = await stage.serve({
    logger,
    authorize: (_, action, subject) => {
      if (action === "set.delete" && "class" in subject)
        throw new Error("connect ECONNREFUSED secret.example");
      return true;
    },
  });

  await begin(dashboard, 3);

  await eventually(async () => {
    const { text } = await dashboard.get(`/bulk/${ID}`);
    expect(text).toContain("It could not go on.");
    expect(text).not.toMatch(/secret|Cannot reach Redis/);
  });
  await eventually(async () => expect(await stage.redis.hget(KEY, ID)).toContain('"state":"failed"'));
  expect(await stage.redis.hget(KEY, ID)).not.toContain("secret");
  expect(JSON.stringify(await stage.redis.xrevrange("tsq:audit", "+", "-"))).not.toContain("secret");
  expect(lines.join("")).toContain("secret.example");
});
