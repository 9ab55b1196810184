/** The pages of metrics, however many look at them. */
import { expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const callsOf = async (command: string): Promise<number> => {
  const stats = await stage.redis.info("commandstats");
  const [, calls = "0"] = new RegExp(`^cmdstat_${command}:calls=(\\d+)`, "m").exec(stats) ?? [];
  return Number(calls);
};

test("a span of hours is read once for all who look at it, eight of them by ten minutes", async () => {
  await stage.redis.config("RESETSTAT");

  const pages = await Promise.all(
    ["", "&substr=hard", "&substr=soft"].map((more) => stage.dashboard.get(`/metrics?period=8h${more}`)),
  );

  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  // Of the older generation, which has nothing else, a hash of each minute; of the newer one of ten minutes.
  expect(await callsOf("hgetall")).toBeGreaterThanOrEqual(470 + 48);
  expect(await callsOf("hgetall")).toBeLessThan(2 * 470);
});

test("eight hours of both generations stand in one chart", async () => {
  const at = new Date(Date.now() - 5 * 3_600_000);
  const [date, hour, minute] = [
    at.toISOString().slice(0, 10).replaceAll("-", ""),
    at.getUTCHours(),
    at.getUTCMinutes(),
  ];
  const tens = `j|${date.slice(2)}|${hour}:${String(minute).padStart(2, "0").slice(0, 1)}`;
  await stage.redis.hset(tens, { "NewJob|p": 7, "NewJob|ms": 70_000 });
  await stage.redis.hset(`j|${date}|${hour}:${minute}`, { "OldJob|p": 3, "OldJob|ms": 30_000 });

  const { text } = await stage.dashboard.get("/metrics?period=8h");

  expect(text).toContain("seconds in 10 minutes");
  for (const name of ["NewJob", "OldJob"]) expect(text).toMatch(new RegExp(`data-row.*?${name}`, "s"));
});

test("a class is read once for all who look at it, and each class by itself", async () => {
  const now = new Date();
  const minute = `j|${now.toISOString().slice(2, 10).replaceAll("-", "")}|${now.getUTCHours()}:${String(now.getUTCMinutes()).padStart(2, "0")}`;
  await stage.redis.hset(minute, { "HardJob|p": 7, "HardJob|ms": 70, "SoftJob|p": 3, "SoftJob|ms": 30 });
  await stage.redis.config("RESETSTAT");

  const [one, other, soft] = await Promise.all(
    ["HardJob", "HardJob", "SoftJob"].map((name) => stage.dashboard.get(`/metrics/${name}`)),
  );

  expect(one?.text).toContain("HardJob");
  expect(other?.text).toContain("HardJob");
  expect(soft?.text).toContain("SoftJob");
  // Of each class the hashes of 60 minutes by two generations.
  expect(await callsOf("hmget")).toBe(2 * 2 * 60);
});
