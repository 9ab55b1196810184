/** For how long jobs may wait, as the host says it: for the pages of queues, and for what needs a person. */
import { describe, expect, test } from "vitest";
import { createWeb } from "tsq/web";
import { setDashboards } from "../../support/web-stage.ts";
import type { Served } from "../../support/dashboard.ts";

const stage = setDashboards();

/** With the job at its head waiting for so many seconds, and a process that serves it. */
const waiting = async (queue: string, seconds: number): Promise<void> => {
  const at = Date.now() - seconds * 1_000;
  const job = { class: "HardJob", args: [], jid: `of-${queue}`, queue, created_at: at, enqueued_at: at };
  await stage.redis.sadd("queues", queue);
  await stage.redis.lpush(`queue:${queue}`, JSON.stringify(job));
  const queues = await stage.redis.smembers("queues");
  const info = JSON.stringify({ hostname: "web", pid: 7, queues, version: "8.1.7", concurrency: 5 });
  await stage.redis.sadd("processes", "web:7:a");
  await stage.redis.hset("web:7:a", { info, busy: 0, beat: Date.now() / 1_000, quiet: "false" });
};

const page = async (dashboard: Served, path: string): Promise<string> =>
  (await dashboard.get(path)).text.replaceAll(/<wbr>|<\/?bdi>/g, "");

/** Of the table; what needs a person is above it. */
const rowOf = (text: string, queue: string): string =>
  text
    .split("<tr ")
    .slice(1)
    .find((row) => row.includes(`/queues/${queue}"`)) ?? "";

describe("without goals of one's own", () => {
  test("a queue is late after five minutes, on the pages as among what needs a person", async () => {
    await waiting("early", 290);
    await waiting("late", 330);
    const dashboard = await stage.serve();

    const list = await page(dashboard, "/queues");
    expect(rowOf(list, "late")).toContain("Late");
    expect(rowOf(list, "early")).not.toContain("Late");
    expect(list).toContain("Behind their goal: late.");
    expect(list).toContain("within 5 min");
    const first = await page(dashboard, "/");
    expect(first).toMatch(/late is 5 min \d+ s behind/);
    expect(rowOf(first, "late")).toContain("Late");
  });
});

describe("with goals", () => {
  test("each queue has its own, and the others that of all", async () => {
    await waiting("mailers", 90);
    await waiting("bulk", 4_000);
    await waiting("default", 90);
    const dashboard = await stage.serve({ goal: 100, goals: { mailers: 60, bulk: 86_400 } });

    const list = await page(dashboard, "/queues");
    expect(rowOf(list, "mailers")).toMatch(/Late[^]*within 1 min/);
    expect(rowOf(list, "bulk")).toMatch(/within 1 d/);
    expect(rowOf(list, "default")).toMatch(/within 1 min 40 s/);
    expect(list).toContain("Behind their goal: mailers.");
    expect(await page(dashboard, "/queues/mailers")).toMatch(
      /<h1[^>]*>mailers[^]*Late[^]*Goal · within 1 min/,
    );
    expect(await page(dashboard, "/queues/default")).not.toContain("Late");
  });

  test("what needs a person goes by them", async () => {
    await waiting("mailers", 90);
    await waiting("bulk", 4_000);
    const dashboard = await stage.serve({ goals: { mailers: 60, bulk: 86_400 } });

    const first = await page(dashboard, "/");
    expect(first).toMatch(/mailers is 1 min \d+ s behind/);
    expect(first).not.toContain("bulk is");
  });

  test("a queue that is paused, or that nobody serves, is that and not late", async () => {
    await waiting("mailers", 90);
    await waiting("paused", 90);
    await stage.redis.sadd("paused", "paused");
    await stage.redis.hset(
      "web:7:a",
      "info",
      JSON.stringify({ hostname: "web", pid: 7, queues: ["paused"], version: "8.1.7" }),
    );
    const dashboard = await stage.serve({ goal: 60 });

    const list = await page(dashboard, "/queues");
    expect(list).not.toContain("Late");
    expect(rowOf(list, "paused")).toContain("Paused");
    expect(rowOf(list, "mailers")).toContain("Nobody listens");
  });
});

test("where a queue goes is left out as long as it was not looked at for long enough", async () => {
  await waiting("default", 1);
  const dashboard = await stage.serve();
  await page(dashboard, "/queues");

  expect(await page(dashboard, "/queues")).not.toContain("Trend");
  expect(await page(dashboard, "/queues/default")).not.toContain("Trend");
});

test.for([
  [{ goal: 0 }, "`goal`"],
  [{ goal: "60" }, "`goal`"],
  [{ goals: { mailers: -1 } }, "`goals.mailers`"],
  [{ goals: [60] }, "`goals`"],
] as const)("a goal that is none is refused by its name: %j", ([options, named]) => {
  expect(() => createWeb(options as never)).toThrow(named);
});

test("the queues that wait for longest are led by that which is furthest beyond its goal", async () => {
  await waiting("reports", 3_600);
  await waiting("mailers", 120);
  const dashboard = await stage.serve({ goals: { reports: 86_400, mailers: 60 } });

  const list = (await dashboard.get("/queues?order=oldest")).text;
  const rows = list.split("<tr ").slice(1);

  expect(rows.findIndex((row) => row.includes('/queues/mailers"'))).toBeLessThan(
    rows.findIndex((row) => row.includes('/queues/reports"')),
  );
});
