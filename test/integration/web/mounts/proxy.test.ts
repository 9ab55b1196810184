/** The dashboard behind a proxy that ends TLS, as browsers see it. */
import { request as ask } from "node:http";
import { createServer, request as askSecurely } from "node:https";
import type { AddressInfo } from "node:net";
import type { Redis } from "ioredis";
import { proxyAuth } from "tsq/web";
import type { WebOptions } from "tsq/web";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { makeCertificates } from "../../../support/certificates.ts";
import type { Certificates } from "../../../support/certificates.ts";
import { serveDashboard } from "../../../support/dashboard.ts";
import { startRedis } from "../../../support/redis.ts";
import type { TestRedis } from "../../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let certificates: Certificates;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  certificates = makeCertificates();
});
afterAll(async () => {
  certificates.remove();
  await server.stop();
});
beforeEach(() => redis.flushdb());

const auth = proxyAuth({ proxies: ["127.0.0.1"], userHeader: "x-forwarded-user", role: "admin" });

interface Answer {
  readonly status: number | undefined;
  readonly location: string | undefined;
}

/** @param host what the proxy says was asked; undefined for what the browser asked */
async function behindProxy(options: WebOptions, host?: string) {
  const dashboard = await serveDashboard({ redis: server.url, basePath: "/ops", auth, ...options });
  const { port } = new URL(dashboard.url);
  const proxy = createServer({ cert: certificates.cert, key: certificates.key }, (incoming, outgoing) => {
    const headers = {
      ...incoming.headers,
      host: host ?? incoming.headers.host,
      "x-forwarded-proto": "https",
      "x-forwarded-user": "mira",
    };
    const { method, url: path } = incoming;
    const passed = ask({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    proxy.closeAllConnections();
    proxy.close();
    await dashboard.stop();
  });
  // It listens on a port.
  const origin = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const send = (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
      const sent = askSecurely(
        `${origin}${path}`,
        { ca: certificates.ca, method, agent: false, headers: method === "POST" ? form : headers },
        (answer) => {
          answer.resume();
          answer.once("end", () => resolve({ status: answer.statusCode, location: answer.headers.location }));
        },
      );
      sent.once("error", reject);
      sent.end(method === "POST" ? "pause=1" : undefined);
    });
  return { origin, send };
}

test("pages are there, and forms known by the origin of which only the scheme is another", async () => {
  const { origin, send } = await behindProxy({});

  expect(await send("GET", "/ops/queues")).toMatchObject({ status: 200 });
  const done = await send("POST", "/ops/queues/low", { origin });

  expect(done).toEqual({ status: 302, location: "/ops/queues" });
  expect(await redis.smembers("paused")).toEqual(["low"]);
});

test("where the proxy names another host, forms are known by the origin that the options name", async () => {
  const unnamed = await behindProxy({}, "dashboard.internal");
  expect(await unnamed.send("POST", "/ops/queues/low", { origin: unnamed.origin })).toMatchObject({
    status: 403,
  });
  expect(await redis.exists("paused")).toBe(0);

  const origins: string[] = ["https://ops.example.com"];
  const named = await behindProxy({ origins }, "dashboard.internal");
  const done = await named.send("POST", "/ops/queues/low", { origin: "https://ops.example.com" });

  expect(done).toEqual({ status: 302, location: "/ops/queues" });
  expect(await redis.smembers("paused")).toEqual(["low"]);
});

test("what a browser says of the site counts, whatever the proxy calls the host", async () => {
  const { send } = await behindProxy({}, "dashboard.internal");

  expect(await send("POST", "/ops/queues/low", { "sec-fetch-site": "cross-site" })).toMatchObject({
    status: 403,
  });
  expect(await send("POST", "/ops/queues/low", { "sec-fetch-site": "same-origin" })).toMatchObject({
    status: 302,
  });
});
