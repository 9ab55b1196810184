/** The errors of the dashboard, each once, and searching all that there is. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const NOW = Date.now();
const payload = (jid: string, more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1, ...more });
const failed = (jid: string, message: string, more: object = {}) =>
  payload(jid, {
    error_class: "Net::ReadTimeout",
    error_message: message,
    failed_at: NOW - 3_600_000,
    retried_at: NOW - 60_000,
    retry_count: 3,
    ...more,
  });
/** A page once its errors are read, which takes a while on a busy machine. */
const read = async (path: string): Promise<string> =>
  eventually(async () => {
    const { text } = await stage.dashboard.get(path);
    expect(text).not.toContain("Errors are being read");
    return text;
  });

describe("/errors", () => {
  test("has each error once, with how many there are, where they are now, and since when", async () => {
    await stage.redis.zadd(
      "dead",
      1,
      failed("a1", "no answer from 10.0.0.1"),
      2,
      failed("b2", "no answer from 10.0.0.7"),
    );
    await stage.redis.zadd("retry", 3, failed("c3", "no answer from 10.1.9.2"), 4, failed("d4", "other"));
    const day = new Date(NOW - 7_200_000);
    const bucket = new Date(Math.floor(day.getTime() / 60_000) * 60_000).toISOString().replace(/\.\d+/, "");
    await stage.redis.hset(`${bucket.slice(0, 10).replaceAll("-", "")}-marks`, bucket, "a41f9c2");

    const text = await read("/errors");

    expect(text).toContain("<h1>2 errors, new: 2</h1>");
    const [, group = ""] = /\/morgue\?q=group%3A([\da-f]+)"/.exec(text) ?? [];
    expect(text).toContain(`href="/retries?q=group%3A${group}" aria-label="1 in Retries"`);
    expect(text).toContain(`href="/morgue?q=group%3A${group}" aria-label="2 in Dead"`);
    expect(text).toMatch(/1 h ago/);
    expect(text).toContain("/all/retry?q=group%3A");
    const jobs = await stage.dashboard.get(`/morgue?q=group:${group}`);
    expect(jobs.text).toContain("a1");
    expect(jobs.text).toContain("b2");
  });

  test("can be narrowed by the words of a filter, and says on how many it counted", async () => {
    await stage.redis.zadd("dead", 1, failed("a1", "one"), 2, failed("b2", "two", { queue: "low" }));

    const text = await read("/errors?q=queue:low");

    expect(text).toContain("1 error, new: 1");
    expect(text).toContain("All were looked at: 2.");
  });

  test("shows nothing that is masked among the arguments, in lists of jobs as little", async () => {
    const args = [{ password: "hunter2", id: 7 }];
    await stage.redis.zadd("dead", 1, failed("a1", "hunter2 was refused", { args }));

    expect(await read("/errors")).toContain("[masked] was refused");
    for (const path of ["/errors", "/morgue", "/morgue/1-a1", "/search?q=jid:a1"]) {
      const { text } = await stage.dashboard.get(path);
      expect([path, text.includes("hunter2")]).toEqual([path, false]);
    }
  });

  test("shows nothing of what cannot be read, where something of it may be masked", async () => {
    const cut = failed("a1", "x", { args: [{ password: "hunter33x" }] }).slice(0, -1);
    await stage.redis.zadd("dead", 1, cut, 2, "no job at all");
    await stage.redis.lpush("queue:low", cut);
    await stage.redis.sadd("queues", "low");
    const hrefs = [...(await stage.dashboard.get("/morgue")).text.matchAll(/href="(\/morgue\/[^/"?]+)"/g)];

    const texts = await Promise.all(
      ["/morgue", "/queues/low", "/search?q=hunter33", ...hrefs.map(([, href = ""]) => href)].map(
        async (path) => (await stage.dashboard.get(path)).text,
      ),
    );

    expect(hrefs).toHaveLength(2);
    expect(texts.join()).toContain("no job at all");
    expect(texts.map((text) => text.includes("hunter33x"))).toEqual(texts.map(() => false));
  });

  test("says so where nothing fails", async () => {
    expect(await read("/errors")).toContain("<h1>Nothing fails</h1>");
  });
});

describe("/search", () => {
  /** Where it goes on with the queues that it has left. */
  const onwards = (text: string): string | undefined =>
    /href="(\/search\?q=[^"]*&amp;after=q\d+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");

  test("finds jobs in every state, and says how much was looked at", async () => {
    const ada = { args: ["ada@example.com"] };
    await stage.redis.zadd("retry", NOW / 1_000, failed("in-retry", "x", ada));
    await stage.redis.zadd("schedule", NOW / 1_000, payload("in-schedule", ada));
    await stage.redis.zadd("dead", NOW / 1_000, failed("in-dead", "x", ada), NOW / 1_000, payload("other"));
    await stage.redis.sadd("queues", "low");
    await stage.redis.lpush("queue:low", payload("on-queue", ada));
    await stage.redis.sadd("processes", "host:1:ab");
    await stage.redis.hset("host:1:ab", {
      info: JSON.stringify({ hostname: "host", queues: ["low"] }),
      busy: 1,
      beat: NOW / 1_000,
    });
    await stage.redis.hset(
      "host:1:ab:work",
      "t1",
      JSON.stringify({ queue: "low", payload: payload("runs", ada), run_at: NOW / 1_000 }),
    );

    const { text } = await stage.dashboard.get("/search?q=ada@example.com");

    expect(text).toContain("<h1>5 jobs found</h1>");
    expect(text).toContain("6 of 6 looked at");
    for (const path of ["/retries", "/scheduled", "/morgue"])
      expect(text).toContain(`href="${path}?q=ada%40example.com"`);
    expect(text).toContain("On <bdi>low</bdi>");
    expect(text).not.toContain("other");
  });

  test("reads on in the list where it has stopped", async () => {
    for (let from = 0; from < 30; from += 10)
      await stage.redis.zadd(
        "dead",
        ...Array.from({ length: 10 }, (_, i) => [from + i, payload(`j${from + i}`)]).flat(),
      );

    const { text } = await stage.dashboard.get("/search?q=class:HardJob");
    const [, next = ""] = /href="(\/morgue\?q=class%3AHardJob&amp;after=[^"]+)"/.exec(text) ?? [];

    expect(text).toContain("10 jobs found so far");
    const rest = await stage.dashboard.get(next.replaceAll("&amp;", "&"));
    expect(rest.text).toContain("-j19");
    expect(rest.text).not.toContain("-j20");
  });

  test("looks on every queue that holds jobs, however many there are", async () => {
    const work = stage.redis.pipeline();
    for (let i = 1_000; i < 1_250; i++) {
      work.sadd("queues", `q${i}`, `empty${i}`);
      work.lpush(
        `queue:q${i}`,
        payload(i === 1_249 ? "the-one" : `other${i}`, i === 1_249 ? { args: [7] } : {}),
      );
    }
    await work.exec();

    // A busy machine takes several looks for it.
    const pages: string[] = [];
    for (let next: string | undefined = "/search?q=jid:the-one"; next !== undefined;) {
      const { text } = await stage.dashboard.get(next);
      pages.push(text);
      next = onwards(text);
    }

    const found = pages.filter((text) => text.includes("<h1>1 job found</h1>"));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("On <bdi>q1249</bdi>");
    expect(pages.at(0)).toMatch(/ of 250 looked at/);
  });

  test("says of queues that it has left how much is on them, and goes on there", async () => {
    const work = stage.redis.pipeline();
    for (let i = 100; i < 140; i++) {
      work.sadd("queues", `q${i}`);
      for (let j = 0; j < 30; j++) work.lpush(`queue:q${i}`, payload(`j${i}-${j}`));
    }
    await work.exec();

    const first = (await stage.dashboard.get("/search?q=class:HardJob")).text;
    const rest = (await stage.dashboard.get(onwards(first) ?? "")).text;

    const on = (text: string) => [...text.matchAll(/On <bdi>(q\d+)<\/bdi>/g)].map(([, queue]) => queue);
    expect(first).toContain("jobs found so far");
    expect(first).toMatch(/ of 1,200 looked at/);
    expect(first).toMatch(/0 of \d+ looked at/);
    expect(on(first)).not.toContain("q139");
    expect([...on(first), ...on(rest)]).toEqual(Array.from({ length: 40 }, (_, i) => `q${i + 100}`));
    expect(onwards(rest)).toBeUndefined();
  });

  test("stands at the top of every page, and asks what to look for where it is empty", async () => {
    expect((await stage.dashboard.get("/busy")).text).toContain('<form role="search" action="/search">');
    expect((await stage.dashboard.get("/search")).text).toContain("What are you looking for?");
    expect((await stage.dashboard.get("/search?q=klass:x")).text).toContain('role="alert"');
  });
});
