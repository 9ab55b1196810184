/** Every page of the dashboard while Redis is away, silent, a replica, or empty: it says so, and stays usable. */
import type { Socket } from "node:net";
import { Redis } from "ioredis";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { WebOptions } from "tsq/web";
import { fill } from "../support/browser/fill.ts";
import type { Filled } from "../support/browser/fill.ts";
import { PAGES } from "../support/browser/page-table.ts";
import { serveDashboard } from "../support/dashboard.ts";
import type { Served } from "../support/dashboard.ts";
import { freePort } from "../support/free-port.ts";
import { Loopback } from "../support/loopback.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

const ACCEPT = { accept: "text/html" };

let full: TestRedis;
let empty: TestRedis;
let redis: Redis;
let filled: Filled;

beforeAll(async () => {
  [full, empty] = await Promise.all([startRedis(), startRedis()]);
  redis = full.client();
  filled = await fill(redis);
});
afterAll(() => Promise.all([full.stop(), empty.stop()]));

const ROWS = PAGES.filter(({ scene }) => scene === undefined);

const serve = async (target: WebOptions["redis"]): Promise<Served> => {
  const dashboard = await serveDashboard({ redis: target });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};

/** All pages, as a person asks for them. */
const seenBy = (dashboard: Served) =>
  Promise.all(
    ROWS.map(async ({ path }) => {
      const address = typeof path === "string" ? path : path(filled);
      return { address, ...(await dashboard.get(address, ACCEPT)) };
    }),
  );

const headingIn = (text: string): string | undefined => /<h1>(.*?)<\/h1>/s.exec(text)?.[1];

test("away, every page says so with a 503 and a way to try again", async () => {
  const away = { host: "127.0.0.1", port: await freePort(), maxRetriesPerRequest: 0, connectTimeout: 500 };

  const seen = await seenBy(await serve(away));

  expect(seen.filter(({ status }) => status !== 503)).toEqual([]);
  expect(new Set(seen.map(({ text }) => headingIn(text)))).toEqual(new Set(["Redis does not answer"]));
  expect(seen.filter(({ text }) => !text.includes("Try now"))).toEqual([]);
  // Also in a browser without the script.
  expect(seen.filter(({ text }) => !text.includes('<noscript><meta http-equiv="refresh"'))).toEqual([]);
});

test("behind Sentinel, it is named by its master, and not by a host that nobody has asked", async () => {
  const sentinels = [{ host: "127.0.0.1", port: await freePort() }];
  const redis = { sentinels, name: "mymaster", maxRetriesPerRequest: 0, sentinelRetryStrategy: () => 60_000 };
  const dashboard = await serve({ ...redis, socketTimeout: 500 });

  const { text } = await dashboard.get("/retries", ACCEPT);

  expect(text).toContain("<code>Sentinel mymaster</code>");
  expect(text).not.toContain("localhost");
});

test("away, the log is told once, however many pages ask", async () => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => lines.push(line) });
  const port = await freePort();
  const redis = { host: "127.0.0.1", port, maxRetriesPerRequest: 0, connectTimeout: 500 };
  const dashboard = await serveDashboard({ redis, logger });
  onTestFinished(() => dashboard.stop());

  await seenBy(dashboard);
  await seenBy(dashboard);

  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 40, msg: expect.stringContaining(`127.0.0.1:${port}`) }),
  ]);
});

test("away by a connection that was given, the log is told of each request", async () => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => lines.push(line) });
  const redis = new Redis({ port: await freePort(), maxRetriesPerRequest: 0, lazyConnect: true });
  redis.on("error", () => {});
  const dashboard = await serveDashboard({ redis, logger });
  onTestFinished(async () => {
    await dashboard.stop();
    redis.disconnect();
  });

  for (const path of ["/retries", "/stats"]) await dashboard.get(path, ACCEPT);

  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 40, method: "GET", path: "/retries" }),
    expect.objectContaining({ level: 40, method: "GET", path: "/stats" }),
  ]);
});

test("empty, every page answers, and none with a failure", async () => {
  const seen = await seenBy(await serve(empty.url));

  expect(seen.filter(({ status }) => ![200, 302, 404].includes(status))).toEqual([]);
});

describe("that says nothing", () => {
  test("no page waits longer than the limit, and each says so", async () => {
    const clients: Socket[] = [];
    const silent = await Loopback.listen((client) => void clients.push(client));
    onTestFinished(() => silent.stop(() => clients.forEach((client) => client.destroy())));
    const dashboard = await serve({ host: "127.0.0.1", port: silent.port, socketTimeout: 500 });

    const seen = await seenBy(dashboard);

    expect(seen.filter(({ status }) => status !== 503).map(({ address }) => address)).toEqual([]);
    expect(new Set(seen.map(({ text }) => headingIn(text)))).toEqual(new Set(["Redis does not answer"]));
  });
});

describe("that is a replica", () => {
  beforeAll(async () => {
    // Its primary is nowhere: it keeps what it has.
    await redis.config("SET", "replica-serve-stale-data", "yes");
    await redis.call("REPLICAOF", "127.0.0.1", String(await freePort()));
  });
  afterAll(() => redis.call("REPLICAOF", "NO", "ONE"));

  test("every page shows what is there, and that nothing can be changed", async () => {
    const seen = await seenBy(await serve(full.url));

    const pages = seen.filter(({ text }) => text.startsWith("<!doctype html>"));
    expect(seen.filter(({ status }) => status >= 500)).toEqual([]);
    expect(
      pages.filter(({ text }) => !text.includes("This Redis is a replica")).map(({ address }) => address),
    ).toEqual([]);
  });

  test("a change is refused with its reason and the way back, and is not said to be done", async () => {
    const dashboard = await serve(full.url);

    const { status, text } = await dashboard.post(
      "/retries",
      { "key[]": filled.retry, delete: "1" },
      { ...ACCEPT, "sec-fetch-site": "same-origin", referer: `${dashboard.url}/retries?page=2` },
    );

    expect(status).toBe(503);
    expect(headingIn(text)).toBe("Redis answers with an error");
    expect(text).toContain("READONLY");
    expect(text).toContain('href="/retries?page=2">Back to the page');
    expect(await redis.zcard("retry")).toBe(42);
  });
});
