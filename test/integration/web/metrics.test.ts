/** The pages of metrics, of what workers have written down: from outside, by HTTP. */
import { expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

/** The parts of a time that stand in keys, as 8.x writes them: of its histograms without the 0 before a minute. */
const partsOf = (at: Date) => {
  const [, date = "", day = "", minute = ""] =
    /^20(\d\d-\d\d-(\d\d))T\d\d:(\d\d)/.exec(at.toISOString()) ?? [];
  return { date: date.replaceAll("-", ""), day: Number(day), hour: at.getUTCHours(), minute };
};

test("say where the working time went, of the last hour by the minute and of three days by ten minutes", async () => {
  const now = partsOf(new Date());
  const counters = { "Slow|p": 10, "Slow|f": 2, "Slow|ms": 9_000, "Quick|p": 100, "Quick|ms": 1_000 };
  await stage.redis.hset(`j|${now.date}|${now.hour}:${now.minute}`, counters);
  const before = partsOf(new Date(Date.now() - 48 * 3_600_000));
  const tens = `j|${before.date}|${before.hour}:${before.minute.slice(0, 1)}`;
  await stage.redis.hset(tens, { "Earlier|p": 5, "Earlier|ms": 500 });

  const hour = (await stage.dashboard.get("/metrics")).text;
  const days = (await stage.dashboard.get("/metrics?period=72h")).text;

  expect(hour).toMatch(/Slow.*? takes .*?90.*? of all working time/s);
  expect(hour).toMatch(/<tr [^>]*data-row.*?Slow.*?<\/tr>/s);
  expect(hour).not.toContain("Earlier");
  expect(days).toContain("Earlier");
});

test("say of one class its percentiles and its failures", async () => {
  const { date, day, hour, minute } = partsOf(new Date());
  await stage.redis.hset(`j|${date}|${hour}:${minute}`, { "Slow|p": 10, "Slow|f": 2, "Slow|ms": 9_000 });
  // Nine runs in the first bucket, and one in the eleventh.
  const histogram = `h|Slow-${day}-${hour}:${Number(minute)}`;
  await stage.redis.bitfield(histogram, "SET", "u16", "#0", 9);
  await stage.redis.bitfield(histogram, "SET", "u16", "#10", 1);

  const { status, text } = await stage.dashboard.get("/metrics/Slow");

  expect(status).toBe(200);
  expect(text).toMatch(/<dt>p50<\/dt><dd class="fig"><bdi>\d+ ms/);
  expect(text).toMatch(/<dt>p95<\/dt>/);
  expect(text).toContain(">2<");
});
