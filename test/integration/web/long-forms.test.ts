/** Forms of Sidekiq::Web over more jobs than are done before a proxy gives up. */
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const bury = async (count: number) => {
  const entries = Array.from({ length: count }, (_, i) => [
    i,
    JSON.stringify({ class: "A", args: [i], jid: `jid${i}`, queue: "q" }),
  ]);
  await stage.redis.zadd("dead", ...entries.flat());
};

test("all of more than 10,000 are retried by work that is seen, and can be ended", async () => {
  await bury(10_001);

  const { status } = await stage.dashboard.post("/morgue/all/retry");

  expect(status).toBe(302);
  expect((await stage.dashboard.get("/bulk")).text).toMatch(/href="\/bulk\/[\w-]+"/);
  await eventually(async () => expect(await stage.redis.llen("queue:q")).toBe(10_001));
  expect(await stage.redis.zcard("dead")).toBe(0);
  // Whoever died first is the first to run, as with fewer of them.
  expect(await stage.redis.lindex("queue:q", -1)).toContain('"jid0"');
});

test.each([
  ["/retries/all/kill", "retry", "failed_at"],
  ["/scheduled/all/add_to_queue", "schedule", "created_at"],
])("%s takes also what has come by a clock that is ahead", async (path, set, field) => {
  const ahead = Date.now() + 30_000;
  const job = (i: number) => ({ class: "A", args: [], jid: `jid${i}`, queue: "q", [field]: ahead });
  const entries = Array.from({ length: 10_001 }, (_, i) => [1_999_999_999 + i, JSON.stringify(job(i))]);
  await stage.redis.zadd(set, ...entries.flat());

  expect((await stage.dashboard.post(path)).status).toBe(302);

  await eventually(async () => expect(await stage.redis.zcard(set)).toBe(0));
});

test("where no more work can begin, they are done before the answer, and not refused", async () => {
  await stage.redis.zadd(
    "schedule",
    ...Array.from({ length: 200 }, (_, i) => [i + 1, `{"jid":"s${i}"}`]).flat(),
  );
  for (let i = 0; i < 5; i++) {
    const form = { id: `the-form-number-${i}`, q: "", as_of: `${Date.now()}`, expected: "200", pace: "3600" };
    expect((await stage.dashboard.post("/scheduled/all/add_to_queue", form)).status).toBe(302);
  }
  await bury(10_001);

  const { status, location } = await stage.dashboard.post("/morgue/all/retry");

  expect([status, location]).toEqual([302, "/morgue"]);
  expect(await stage.redis.zcard("dead")).toBe(0);
});

test("fewer are retried before the answer, which leads back to the list as Sidekiq::Web's does", async () => {
  await bury(100);

  const { status, location } = await stage.dashboard.post("/morgue/all/retry");

  expect([status, location]).toEqual([302, "/morgue"]);
  expect(await stage.redis.llen("queue:q")).toBe(100);
  expect((await stage.dashboard.get("/bulk")).text).not.toContain('href="/bulk/');
});
