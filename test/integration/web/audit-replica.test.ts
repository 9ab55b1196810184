/** What is refused while Redis is a replica, which takes no entry of the audit trail. */
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

test("is not sent to it: it would refuse the entry, and break off what others have asked", async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line) => void lines.push(line) });
  await stage.redis.replicaof("127.0.0.1", 1);
  onTestFinished(async () => void (await stage.redis.replicaof("NO", "ONE")));
  const dashboard = await stage.serve({ readOnly: true, logger });

  expect((await dashboard.post("/queues/q", { pause: "1" })).status).toBe(403);

  expect(await stage.redis.info("commandstats")).not.toContain("cmdstat_xadd");
  expect(lines).toEqual([]);
});
