/** A search of the dashboard among what runs, in a large fleet. */
import { expect, test } from "vitest";
import { payloadText } from "../../support/payload-text.ts";
import { readPerTurn } from "../../support/read-per-turn.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

test("reads at most a hundred runs between two turns of the event loop, and finds what it looks for", async () => {
  const seconds = Math.floor(Date.now() / 1_000);
  await stage.redis.sadd("processes", "web:1:x");
  await stage.redis.hset("web:1:x", { info: "{}", busy: 950, beat: seconds, concurrency: 950 });
  const runs = Array.from({ length: 950 }, (_, i) => {
    const payload = payloadText({ jid: `r${i}`, class: i === 777 ? "RareJob" : "HardJob" });
    return [`t${i}`, JSON.stringify({ queue: "default", run_at: seconds, payload })];
  });
  await stage.redis.hset("web:1:x:work", Object.fromEntries(runs) as Record<string, string>);
  let text = "";

  const read = await readPerTurn(async () => {
    ({ text } = await stage.dashboard.get("/search?q=class:RareJob"));
  });

  expect(text).toContain("r777");
  expect(read.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(950);
  expect(Math.max(...read)).toBeLessThanOrEqual(100);
});
