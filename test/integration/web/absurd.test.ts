/** What nobody would write, and anybody can write into Redis: no page is taken away by it. */
import { html } from "tsq/web";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

test("a process that says it runs a thousand million jobs is shown as any other", async () => {
  const now = Math.floor(Date.now() / 1_000);
  await stage.redis.sadd("processes", "x:1:a");
  await stage.redis.hset("x:1:a", { info: "{}", busy: "1e9", concurrency: "1e9", beat: now });

  for (const path of ["/", "/busy"]) {
    const { status, text } = await stage.dashboard.get(path);
    expect([path, status]).toEqual([path, 200]);
    expect(text.match(/<rect class="fill/g)).toHaveLength(130);
  }
});

test.each([0, 1])(
  "a sentence that is cut within an emoji is said all the same: %d letters before it",
  async (before) => {
    const queue = `${"x".repeat(before)}${"😀".repeat(200)}`;
    await stage.redis.sadd("queues", queue);

    const { status } = await stage.dashboard.post(`/queues/${encodeURIComponent(queue)}`, { pause: "1" });

    expect(status).toBe(302);
    expect(await stage.redis.smembers("paused")).toEqual([queue]);
    expect((await stage.dashboard.get("/queues")).text).toContain('role="status"');
  },
);

test("a time at the end of all times is none, in a zone east of it as well", async () => {
  const job = (more: object) => JSON.stringify({ class: "A", args: [], jid: "a", queue: "q", ...more });
  const end = 8.64e15;
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", job({ enqueued_at: end, created_at: -end }));
  for (const set of ["retry", "schedule", "dead"]) {
    await stage.redis.zadd(set, end / 1_000, job({ failed_at: end, jid: "b" }));
    await stage.redis.zadd(set, -end / 1_000, job({ retried_at: -end, jid: "c" }));
  }
  await stage.redis.zadd("tsq:finished", 1, JSON.stringify({ atMs: end, jid: "d", class: "A", as: "done" }));
  await stage.redis.zadd("tsq:attempts:b", 1, JSON.stringify({ atMs: end, attempt: 1 }));
  await stage.redis.xadd("tsq:audit", `${end}-1`, "user", "mira", "action", "job.retry");
  await stage.redis.sadd("processes", "x:1:a");
  await stage.redis.hset("x:1:a", { info: '{"started_at":8640000000000}', busy: 0, beat: end / 1_000 });
  const pages = "/ /queues /queues/q /retries /scheduled /morgue /jobs/a /jobs/b /ended /busy /audit".split(
    " ",
  );

  for (const zone of ["Europe/Berlin", "America/Los_Angeles"])
    for (const page of pages) {
      const { status } = await stage.dashboard.get(page, { cookie: `tsq_zone=${zone}` });
      expect([zone, page, status]).toEqual([zone, page, 200]);
    }
});

test("of any number of failures that somebody has left of a job the last ten are read", async () => {
  await stage.redis.zadd("retry", 1, JSON.stringify({ class: "A", args: [], jid: "a", queue: "q" }));
  const failures = Array.from({ length: 500 }, (_, i) => [
    i,
    JSON.stringify({
      atMs: 1_700_000_000_000 + i,
      attempt: i,
      error_class: `Failure${i}.`,
      error_message: "",
    }),
  ]);
  await stage.redis.zadd("tsq:attempts:a", ...failures.flat());

  const { text } = await stage.dashboard.get("/jobs/a");

  const told = [...new Set([...text.matchAll(/Failure(\d+)\./g)].map(([, i]) => Number(i)))];
  expect(told.toSorted((a, b) => a - b)).toEqual([490, 491, 492, 493, 494, 495, 496, 497, 498, 499]);
});

test("names of a megabyte take no more of a page than others, and what is named so can be taken away", async () => {
  const long = "x".repeat(1_000_000);
  const named = { class: `C${long}`, args: [], jid: `j${long}`, queue: `q${long}`, tags: [`t${long}`] };
  const failed = { ...named, error_class: `E${long}`, error_message: long };
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", JSON.stringify(named));
  await stage.redis.zadd("retry", 1, JSON.stringify(failed));
  await stage.redis.zadd(
    "tsq:finished",
    1,
    JSON.stringify({ ...named, atMs: 1_700_000_000_000, as: "done" }),
  );

  // It is read while it says so, and what has been read is looked at.
  await eventually(async () => expect((await stage.dashboard.get("/errors")).text).toContain("failed by"));
  const pages = ["/retries", "/queues/q", "/errors", "/ended", "/search?q=queue%3Aq*", "/"];
  const seen = await Promise.all(pages.map((path) => stage.dashboard.get(path)));
  expect(pages.map((path, i) => [path, seen[i]?.status, (seen[i]?.text.length ?? 0) < 100_000])).toEqual(
    pages.map((path) => [path, 200, true]),
  );
  for (const [list, path] of [
    ["/retries", "/retries"],
    ["/queues/q", "/queues/q/delete"],
  ] as const) {
    const { text } = await stage.dashboard.get(list);
    const [, key = ""] = /name="key\[\]" value="([^"]+)"/.exec(text) ?? [];
    await stage.dashboard.post(path, { "key[]": key.replaceAll("&#x3a;", ":"), delete: "1" });
  }
  expect([await stage.redis.zcard("retry"), await stage.redis.llen("queue:q")]).toEqual([0, 0]);
});

test("a tab that says what it did to a name as it came turns nothing round", async () => {
  const dashboard = await stage.serve({
    tabs: [
      {
        name: "billing",
        path: "/billing",
        label: "Billing",
        actions: { refund: "operator" },
        routes: [
          {
            method: "GET",
            path: "/",
            answer: (visit) => visit.page(() => ({ title: "B", heading: "B", body: html`` })),
          },
          {
            method: "POST",
            path: "/refund",
            action: "refund",
            answer: (visit) => visit.done("/billing", `${visit.form.get("id")} \u200cرفت`),
          },
        ],
      },
    ],
  });

  await dashboard.post("/billing/refund", { id: "a\u202eb\u200b" });

  expect((await dashboard.get("/billing")).text).toContain("a\\u202eb\\u200b \u200cرفت");
});
