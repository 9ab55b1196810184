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
