/** The numbers in the navigation: no page waits long for one, and Redis is asked for them no more than once. */
import { CronSchedule } from "tsq/cron";
import { expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const { serve } = stage;

test("a tab whose count never answers keeps no page from being shown, and is asked once", async () => {
  let asked = 0;
  const count = () => {
    asked++;
    return new Promise<number>(() => {});
  };
  const dashboard = await serve({ tabs: [{ name: "reports", path: "/reports", count }] });

  const pages = await Promise.all(["/", "/queues", "/busy"].map((path) => dashboard.get(path)));
  pages.push(await dashboard.get("/retries"));

  for (const { status, text } of pages) {
    expect(status).toBe(200);
    expect(text).toContain('href="/reports"');
  }
  expect(asked).toBe(1);
});

test("however many look at once, all keys of Redis are looked at once for the cron entries", async () => {
  const proxy = await TcpProxy.listen(stage.server.port);
  onTestFinished(() => proxy.stop());
  const tap = new CommandTap(proxy);
  await stage.redis.mset(Array.from({ length: 5_000 }, (_, i) => [`cache:${i}`, "x"]).flat());
  const schedule = new CronSchedule({ redis: stage.server.url });
  onTestFinished(() => schedule.close());
  await schedule.set("nightly", { cron: "0 3 * * * UTC", class: "SyncJob" });
  const dashboard = await serve({ redis: proxy.url });

  const paths = ["/", "/cron", "/queues", "/cron/nightly", "/busy"];
  const pages = await Promise.all([...paths, ...paths].map((path) => dashboard.get(path)));
  pages.push(await dashboard.get("/cron"));

  expect(pages.every(({ status }) => status === 200)).toBe(true);
  expect(pages.at(-1)?.text).toContain("nightly");
  const scans = tap.commands("scan");
  expect(scans.length).toBeGreaterThan(1);
  expect(scans.filter(([, cursor]) => cursor === "0")).toHaveLength(1);
});
