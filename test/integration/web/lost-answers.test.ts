/** What a person reads when the answer of Redis was lost, and nobody knows whether it was done. */
import { ClaimUnknownError } from "tsq";
import { ApiConnection, AuditTrail } from "tsq/api";
import { expect, onTestFinished, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

test("a page says so, what to do, and the way back, and the trail has it", async () => {
  await stage.redis.zadd("retry", 5, JSON.stringify({ class: "HardJob", args: [], jid: "a1", queue: "q" }));
  const api = new ApiConnection({
    redis: stage.server.url,
    // As a claim is rejected whose answer was lost.
    middleware: [() => Promise.reject(new ClaimUnknownError())],
  });
  onTestFinished(() => api.close());
  const dashboard = await stage.serve({ redis: api });
  const headers = {
    "sec-fetch-site": "same-origin",
    accept: "text/html",
    referer: `${dashboard.url}/retries`,
  };

  const answer = await dashboard.post("/retries", { "key[]": "5-a1", retry: "1" }, headers);

  expect(answer.status).toBe(503);
  expect(answer.text).toContain("that may have been done or not");
  expect(answer.text).toContain("do it again if it is where it was.");
  expect(answer.text).not.toContain("was not done, or not all of it");
  expect(answer.text).toContain(`href="/retries"`);
  const { items } = await new AuditTrail(api).page();
  expect(items).toMatchObject([{ action: "job.retry", outcome: "failed", count: 0 }]);
});
