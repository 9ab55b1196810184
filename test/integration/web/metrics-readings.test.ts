/** The pages of metrics, however many look at them. */
import { expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const hashesRead = async (): Promise<number> => {
  const [, calls = "0"] = /^cmdstat_hgetall:calls=(\d+)/m.exec(await stage.redis.info("commandstats")) ?? [];
  return Number(calls);
};

test("a span of hours is read once for all who look at it", async () => {
  await stage.redis.config("RESETSTAT");

  const pages = await Promise.all(
    ["", "&substr=hard", "&substr=soft"].map((more) => stage.dashboard.get(`/metrics?period=8h${more}`)),
  );

  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  // One hash of each minute by each of two generations.
  expect(await hashesRead()).toBeGreaterThanOrEqual(2 * 480);
  expect(await hashesRead()).toBeLessThan(2 * 2 * 480);
});
