/** What a page of Sidekiq::Web tells of a job, a run or a class, the one in its place tells as well, without a mouse over it. */
import { expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const AT = Date.UTC(2026, 0, 31, 8, 30, 15);

/** What stands there, without what only a mouse brings out. */
const shown = async (path: string): Promise<string> =>
  (await stage.dashboard.get(path)).text
    .replaceAll(/ title="[^"]*"/g, "")
    .replaceAll(/<wbr>|<\/?bdi[^>]*>/g, "");

test("the page of a job has the second at which each thing happened", async () => {
  const payload = {
    class: "HardJob",
    args: [1],
    jid: "a1",
    queue: "default",
    created_at: AT,
    enqueued_at: AT + 1_000,
    failed_at: AT + 2_000,
    retry_count: 0,
    error_class: "RuntimeError",
    error_message: "no luck",
  };
  await stage.redis.zadd("retry", AT / 1_000 + 60, JSON.stringify(payload));

  const text = await shown("/jobs/a1");

  for (const stamp of ["08:30:15", "08:30:16", "08:30:17", "08:31:15"])
    expect(text).toContain(`<small class="abs">2026-01-31 ${stamp} UTC</small>`);
});

test("Busy has the time at which processes and runs began", async () => {
  const identity = "one:1:abc";
  const info = {
    hostname: "one",
    pid: 1,
    started_at: AT / 1_000,
    concurrency: 5,
    queues: ["default"],
    identity,
  };
  const work = {
    queue: "default",
    payload: JSON.stringify({ class: "HardJob", args: [], jid: "a1", queue: "default" }),
    run_at: AT / 1_000 + 3_600,
  };
  await stage.redis.sadd("processes", identity);
  await stage.redis.hset(identity, { info: JSON.stringify(info), busy: 1, beat: Date.now() / 1_000 });
  await stage.redis.hset(`${identity}:work`, "t", JSON.stringify(work));

  const text = await shown("/busy");

  expect(text).toMatch(/class="abs">[^<]*\b08:30\b/);
  expect(text).toMatch(/class="abs">[^<]*\b09:30\b/);
});

test("Metrics can be narrowed by a part of a class's name, and widened again where nothing has it", async () => {
  const [, year, month, day, hour, minute] =
    /^20(..)-(..)-(..)T(..):(..)/.exec(new Date(Date.now() - 60_000).toISOString()) ?? [];
  await stage.redis.hset(`j|${year}${month}${day}|${Number(hour)}:${minute}`, {
    "HardJob|p": 10,
    "HardJob|ms": 5_000,
    "SoftJob|p": 10,
    "SoftJob|ms": 5_000,
  });

  const all = await shown("/metrics");
  const hard = await shown("/metrics?substr=hard");
  const none = await shown("/metrics?period=8h&substr=nothing");

  expect(all).toMatch(/<input type="search" name="substr" value=""/);
  expect([all.includes("/metrics/SoftJob"), hard.includes("/metrics/SoftJob")]).toEqual([true, false]);
  expect(hard).toContain("/metrics/HardJob");
  expect(none).toContain("Nothing fits the filter.");
  expect(none).toMatch(/href="\/metrics\?period=8h">Clear</);
});
