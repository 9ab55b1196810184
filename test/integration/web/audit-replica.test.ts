/** Forms while Redis is a replica, which takes nothing, nor an entry of the audit trail. */
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
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

test("nor is its connection made anew at each form, under what others have asked of it", async () => {
  const dashboard = await stage.serve();
  await dashboard.get("/stats");
  await stage.redis.replicaof("127.0.0.1", 1);
  onTestFinished(async () => void (await stage.redis.replicaof("NO", "ONE")));
  const opened = async (): Promise<number> =>
    Number(/total_connections_received:(\d+)/.exec(await stage.redis.info("stats"))?.[1]);
  const before = await opened();

  for (let i = 0; i < 5; i++) expect((await dashboard.post("/queues/q", { pause: "1" })).status).toBe(503);

  // One: the name of the server may lead elsewhere by now.
  await eventually(async () => expect(await opened()).toBe(before + 1));
  expect((await dashboard.get("/queues")).status).toBe(200);
  expect(await opened()).toBe(before + 1);
});
