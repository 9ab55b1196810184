/** What a person reads when the answer of Redis was lost, and nobody knows whether it was done. */
import { ClaimUnknownError } from "tsq";
import { ApiConnection, AuditTrail } from "tsq/api";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { TcpProxy } from "../../support/proxy.ts";
import type { Served } from "../../support/dashboard.ts";
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

/** As a browser sends it. */
const pause = (dashboard: Served) =>
  dashboard.post(
    "/queues/low",
    { pause: "1" },
    { "sec-fetch-site": "same-origin", accept: "text/html", referer: `${dashboard.url}/queues` },
  );

test("where Redis stays away behind it, a page says that it may have been done", async () => {
  await stage.redis.sadd("queues", "low");
  await stage.redis.lpush("queue:low", "{}");
  const { port, hostname } = new URL(stage.server.url);
  const proxy = await TcpProxy.listen(Number(port), hostname);
  onTestFinished(() => proxy.stop());
  const dashboard = await stage.serve({
    redis: { host: "127.0.0.1", port: proxy.port, socketTimeout: 1_000 },
  });
  await dashboard.get("/queues");
  let isAsked = false;
  proxy.replace((chunk, from) => {
    isAsked ||= from === "client" && /sadd[^]*paused/i.test(chunk.toString());
    if (from === "client" || !isAsked) return chunk;
    proxy.refuse();
    return undefined;
  });

  const answer = await pause(dashboard);

  expect(await stage.redis.smembers("paused")).toEqual(["low"]);
  expect(answer.status).toBe(503);
  expect(answer.text).toContain(
    "may have been done, or a part of it: nobody can tell until Redis answers again.",
  );
  expect(answer.text).not.toContain("was not done");
  expect(answer.text).toContain('href="/queues"');
});

test("of a Redis that was never there, a page says that it was not done", async () => {
  const redis = { host: "127.0.0.1", port: await freePort(), maxRetriesPerRequest: 0, connectTimeout: 500 };

  const answer = await pause(await stage.serve({ redis }));

  expect(answer.status).toBe(503);
  expect(answer.text).toContain("What was asked for was not done");
  expect(answer.text).not.toContain("may have been done");
});
