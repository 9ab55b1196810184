/** What workers keep beside what Sidekiq does, on the dashboard: and nothing in its place where nobody keeps it. */
import { expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const page = async (path: string): Promise<string> =>
  (await stage.dashboard.get(path)).text.replaceAll(/<wbr>|<\/?bdi>/g, "");
const AT = 1_700_000_000_000;
const minute = (): string => `tsq:waits:${new Date().toISOString().slice(0, 16)}`;
const process = async (identity: string, more: object = {}): Promise<void> => {
  await stage.redis.sadd("processes", identity);
  const info = JSON.stringify({ hostname: identity, pid: 7, queues: ["default"], version: "8.1.7" });
  await stage.redis.hset(identity, { info, busy: 0, concurrency: 5, beat: Date.now() / 1_000, ...more });
};

test("queues say how long their jobs waited, on their list and each on its page", async () => {
  await stage.redis.sadd("queues", "default", "rubys");
  // 19 of 20 waited for less than 200 ms.
  await stage.redis.hset(minute(), { "default|5": 19, "default|9": 1, "default|ms": 5_000 });

  for (const path of ["/queues", "/queues/default"]) {
    const text = await page(path);
    expect(text).toContain("Waited (95%, 1 h)");
    expect(text).toContain("≤ 200 ms");
  }
  expect(await page("/queues/rubys")).not.toContain("Waited");
});

test("the column is left out where no worker keeps it", async () => {
  await stage.redis.sadd("queues", "default");

  expect(await page("/queues")).not.toContain("Waited");
});

test("there is no column for how late a loop was where Ruby is alone", async () => {
  await process("ruby:1:a");

  expect(await page("/busy")).not.toContain("Loop late by");
});

test("a process says how late its loop was", async () => {
  await process("ruby:1:a");
  await process("ours:1:b", { lag_us: 12_300 });

  const text = await page("/busy");
  expect(text).toContain("Loop late by");
  expect(text).toContain("13 ms");
});

test("the timeline of a job has each failure that was kept, with its error, inert", async () => {
  const job = {
    class: "HardJob",
    args: [],
    jid: "a1",
    queue: "default",
    failed_at: AT / 1_000 + 10,
    retry_count: 2,
  };
  await stage.redis.zadd("retry", 1_900_000_000, JSON.stringify(job));
  const failure = (attempt: number): string =>
    JSON.stringify({
      atMs: AT + attempt * 10_000,
      attempt,
      error_class: "Oops",
      error_message: "<b>no</b>",
      identity: `web-${attempt}:41${attempt}:ab`,
      ms: attempt * 1_500,
    });
  await stage.redis.zadd("tsq:attempts:a1", 10_000, failure(1), 20_000, failure(2));

  const text = await page("/jobs/a1");

  expect(text.match(/Attempt \d failed/g)).toEqual(["Attempt 1 failed", "Attempt 2 failed"]);
  expect(text).toContain("Oops");
  // By itself, whichever way the page is read.
  expect((await stage.dashboard.get("/jobs/a1")).text).toContain("<bdi>&lt;b&gt;no");
  expect(text).not.toContain("<b>no");
  // On which process, and for how long.
  const plain = text.replaceAll(/<[^>]+>/g, " ");
  expect(plain).toMatch(/on web-1:411 · Ran for 1\.5 s .*on web-2:412 · Ran for 3 s /s);
});
