/** What the code of the host fails with, in the midst of something that is done: everybody who looks may read the audit trail. */
import { pino } from "pino";
import type { Authorize } from "tsq/web";
import { expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const SECRET = "connect ECONNREFUSED postgres://app:hunter2@db.internal";

test("what `authorize` fails with is for the log, and the trail says that something has failed", async () => {
  for (const [i, jid] of ["a", "b"].entries())
    await stage.redis.zadd("retry", i, JSON.stringify({ class: "A", args: [], jid, queue: "q" }));
  const authorize: Authorize = (_, action, { jid }) => {
    if (action === "job.delete" && jid === "b") throw new Error(SECRET);
    return true;
  };
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => lines.push(line) });
  const dashboard = await stage.serve({ authorize, logger });

  const { status } = await dashboard.post("/retries", { "key[]": ["0-a", "1-b"], delete: "1" });

  expect(status).toBe(500);
  const trail = (await stage.redis.xrange("tsq:audit", "-", "+")).map(([, fields]) => fields.join(" "));
  expect(trail).toHaveLength(1);
  expect(trail.join()).toContain("outcome failed count 0");
  expect(trail.join()).toContain("Its log says what.");
  expect(trail.join()).not.toContain("hunter2");
  expect(lines.join()).toContain("hunter2");
});

test("what Redis fails with stands there as it is said to whoever did it", async () => {
  await stage.redis.zadd("retry", 0, JSON.stringify({ class: "A", args: [], jid: "a", queue: "q" }));
  await stage.redis.set("dead", "no set");
  const dashboard = await stage.serve();

  await dashboard.post("/retries/0-a", { kill: "1" });

  const trail = (await stage.redis.xrange("tsq:audit", "-", "+")).map(([, fields]) => fields.join(" "));
  expect(trail.join()).toContain("outcome failed");
  expect(trail.join()).toContain("WRONGTYPE");
});
