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
});

test("fewer are retried before the answer, which leads back to the list as Sidekiq::Web's does", async () => {
  await bury(100);

  const { status, location } = await stage.dashboard.post("/morgue/all/retry");

  expect([status, location]).toEqual([302, "/morgue"]);
  expect(await stage.redis.llen("queue:q")).toBe(100);
  expect((await stage.dashboard.get("/bulk")).text).not.toContain('href="/bulk/');
});
