/** A job of 50 MB on the dashboard: its page stays small, and the whole of it can be had. */
import { expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "../support/dashboard.ts";
import { startRedis } from "../support/redis.ts";

test("a payload of 50 MB shows its first part, and comes whole as a file", { timeout: 300_000 }, async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const dashboard = await serveDashboard({ redis: server.url });
  onTestFinished(() => dashboard.stop());
  const args = ["x".repeat(50_000_000)];
  const text = JSON.stringify({ class: "HardJob", args, jid: "big", queue: "default" });
  await server.client().zadd("retry", 2_000_000_000, text);

  const page = await dashboard.get("/jobs/big");
  const file = await dashboard.get("/jobs/big/payload");

  expect(page.text.length).toBeLessThan(500_000);
  expect(page.text).toContain("the first part of 50 MB");
  expect(file.text === text).toBe(true);
});
