/** An audit trail that is kept for long: no look at it goes through all of it. */
import { expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

test("a filter that fits few looks at ten thousand entries at a time, and leads on from there", async () => {
  const line = stage.redis.pipeline();
  line.xadd("tsq:audit", "1-1", "user", "mira", "action", "queue.pause", "outcome", "done", "count", "1");
  for (let i = 2; i <= 10_002; i++)
    line.xadd("tsq:audit", `${i}-1`, "user", "ben", "action", "queue.pause", "outcome", "done", "count", "1");
  await line.exec();
  const dashboard = await stage.serve();

  const { text } = await dashboard.get("/audit?user=mira");
  const [, next = ""] = /href="(\/audit\?[^"]*after=[^"]*)"/.exec(text) ?? [];

  expect(text).toContain("Nothing fits the filter.");
  expect((await dashboard.get(next.replaceAll("&amp;", "&"))).text).toContain("mira</");
});
