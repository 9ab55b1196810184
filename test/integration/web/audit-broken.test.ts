/** What breaks off is written down with as many as it is known to be done to. */
import { ApiConnection, AuditTrail } from "tsq/api";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const payload = (jid: string) =>
  JSON.stringify({ class: "HardJob", args: [], jid, queue: "q", created_at: 1 });

/** A dashboard whose pushes fail at the job with this jid, and its trail. */
const brokenAt = async (jid: string) => {
  const api = new ApiConnection({
    redis: stage.server.url,
    middleware: [
      (job, next) => {
        if (job["jid"] === jid) throw new Error("the network is gone");
        return next();
      },
    ],
  });
  onTestFinished(() => api.close());
  const trail = new AuditTrail(api);
  const dashboard = await stage.serve({ redis: api, auth: () => ({ name: "mira", role: "admin" }) });
  return { dashboard, newest: async () => (await trail.page()).items[0] };
};

beforeEach(async () => {
  for (let i = 0; i < 150; i++) await stage.redis.zadd("dead", i, payload(`j${i}`));
});

test("of ticked entries, those before it", async () => {
  const { dashboard, newest } = await brokenAt("j2");

  const answer = await dashboard.post("/morgue", { "key[]": ["0-j0", "1-j1", "2-j2", "3-j3"], retry: "1" });

  expect(answer.status).toBe(500);
  expect(await stage.redis.llen("queue:q")).toBe(2);
  expect(await newest()).toMatchObject({ action: "job.retry", outcome: "failed", count: 2 });
});

test("of all of a set as Sidekiq::Web's form means it, the hundreds before it", async () => {
  const { dashboard, newest } = await brokenAt("j120");

  const answer = await dashboard.post("/morgue/all/retry");

  expect(answer.status).toBe(500);
  expect(await stage.redis.llen("queue:q")).toBe(100);
  expect(await newest()).toMatchObject({ action: "set.retry", outcome: "failed", count: 100 });
});

test("of the first of them, none", async () => {
  const { dashboard, newest } = await brokenAt("j0");

  await dashboard.post("/morgue", { "key[]": ["0-j0", "1-j1"], retry: "1" });

  expect(await newest()).toMatchObject({ outcome: "failed", count: 0 });
});
