/** The language of the pages: what the browser asks for, or what somebody has chosen. */
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const serve = async () => {
  const dashboard = await serveDashboard({ redis: server.url });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};

test("a page is in the language that the browser asks for", async () => {
  const dashboard = await serve();

  expect((await dashboard.get("/queues", { "accept-language": "de,en;q=0.5" })).text).toContain(
    `<html lang="de">`,
  );
  expect((await dashboard.get("/queues", { "accept-language": "de,en;q=0.5" })).text).toContain(
    "Wiederholungen",
  );
  expect((await dashboard.get("/queues")).text).toContain(`<html lang="en">`);
});

test("a language that somebody chooses is kept, and leads back to where they were", async () => {
  const dashboard = await serve();
  const headers = { "sec-fetch-site": "same-origin", referer: `${dashboard.url}/retries?page=2` };

  const { status, location } = await dashboard.post("/change_locale", { locale: "de" }, headers);

  expect({ status, location }).toEqual({ status: 302, location: "/retries?page=2" });
  const { text } = await dashboard.get("/queues", { "accept-language": "en" });
  expect(text).toContain(`<html lang="de">`);
  expect(text).toContain(`<option value="de" lang="de" selected>Deutsch</option>`);
});

test("a language that is not there changes nothing, and no other site is led to", async () => {
  const dashboard = await serve();
  const headers = { "sec-fetch-site": "same-origin", referer: "https://evil.example/x" };

  const { status, location } = await dashboard.post("/change_locale", { locale: "../../etc" }, headers);

  expect({ status, location }).toEqual({ status: 302, location: "/" });
  expect((await dashboard.get("/queues")).text).toContain(`<html lang="en">`);
});

test("a time zone that somebody chooses is kept, and every page shows its times in it", async () => {
  const dashboard = await serve();
  await server.client().zadd("dead", 1_793_000_000, JSON.stringify({ jid: "d", class: "A", args: [] }));
  const headers = { "sec-fetch-site": "same-origin", referer: `${dashboard.url}/morgue` };
  expect((await dashboard.get("/morgue")).text).toContain('title="2026-10-26 07:33:20 UTC"');

  const { status, location } = await dashboard.post("/preferences", { zone: "Asia/Tokyo" }, headers);

  expect({ status, location }).toEqual({ status: 302, location: "/morgue" });
  const { text } = await dashboard.get("/morgue?q=after%3A2026-10-26T16:00");
  expect(text).toContain("Times are shown in Asia/Tokyo.");
  expect(text).toContain('title="2026-10-26 16:33:20 UTC+9"');
  expect(text).toContain("after:2026-10-26T16:00:00+09:00");
  expect(text).toContain("<option selected>Asia/Tokyo</option>");
  expect((await dashboard.get("/preferences")).text).toContain("<h1>Times are shown in Asia/Tokyo</h1>");
  await dashboard.post("/preferences", { zone: "auto", browser: "Europe/Berlin" }, headers);
  expect((await dashboard.get("/morgue")).text).toContain('title="2026-10-26 08:33:20 UTC+1"');
});

test("a time zone that nobody knows changes nothing, and one in the cookie is UTC", async () => {
  const dashboard = await serve();

  await dashboard.post("/preferences", { zone: "Mars/Olympus" });

  expect((await dashboard.get("/")).text).toContain("No time zone is called Mars/Olympus.");
  const { status, text } = await dashboard.get("/preferences", { cookie: "tsq_zone=Mars%2FOlympus" });
  expect(status).toBe(200);
  expect(text).toContain("<h1>Times are shown in UTC</h1>");
});
