/** The dashboard of examples/rails as a program: what the app hands on, and how it ends. */
import { spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

const PROGRAM = fileURLToPath(new URL("../../examples/rails/dashboard.mjs", import.meta.url));
const SECRET = "a long one";

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const start = (env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env["PATH"] ?? "", REDIS_URL: server.url, ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, ended, out: () => out, err: () => err };
};

/** As lib/tsq_dashboard.rb signs it. */
const identity = (method: string, path: string, body = ""): string => {
  const said = [Math.floor(Date.now() / 1_000), "root%40example.com", "admin"];
  const digest = createHash("sha256").update(body).digest("hex");
  const text = [...said, method, path, digest].join("\n");
  return [...said, createHmac("sha256", SECRET).update(text).digest("hex")].join("|");
};

test("answers whom the app has signed, reads no long form of others, and ends with its work at TERM", async () => {
  const port = await freePort();
  const program = start({ TSQ_DASHBOARD_SECRET: SECRET, TSQ_DASHBOARD_PORT: String(port) });
  await eventually(() => expect(program.out()).toContain("Listening on"));
  const url = `http://127.0.0.1:${port}`;
  const ask = (path: string, init: RequestInit & { duplex?: "half" } = {}) =>
    fetch(url + path, { redirect: "manual", ...init });

  const signed = { "x-crm-identity": identity("GET", "/tsq/stats") };
  expect((await ask("/tsq/stats", { headers: signed })).status).toBe(200);
  expect((await ask("/tsq/stats")).status).toBe(401);

  const form = (body: string) => ({
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-crm-identity": identity("POST", "/tsq/queues/low", body),
      origin: url,
    },
  });
  expect((await ask("/tsq/queues/low", form("pause=1"))).status).toBe(302);
  expect(await server.client().smembers("paused")).toEqual(["low"]);
  const long = `pause=1&x=${"x".repeat(1_000_000)}`;
  expect((await ask("/tsq/queues/low", form(long))).status).toBe(401);

  program.child.kill("SIGTERM");
  expect(await program.ended).toBe(0);
});

test("does not start in production with a secret that everybody knows", async () => {
  const program = start({ NODE_ENV: "production" });

  expect(await program.ended).toBe(1);
  expect(program.err()).toMatch(/^Set TSQ_DASHBOARD_SECRET[^\n]*\n$/);
});
