/** `tsq web` behind nginx, by the lines that docs/operating.md has for it. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { isRequired } from "../support/required.ts";
import { startTsqCommand } from "../support/tsq-command.ts";

const REASON = "there is no nginx on PATH: apt-get install nginx";
// Where Debian has it, and not everybody looks.
const PATH = [process.env["PATH"], "/usr/sbin"].join(delimiter);

const hasNginx = (): boolean => {
  try {
    execFileSync("nginx", ["-v"], { stdio: "ignore", env: { PATH } });
    return true;
  } catch {
    return false;
  }
};

const LOCATION = /```nginx\n([^`]+)```/.exec(
  readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8"),
)?.[1];

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** One of its own, without a daemon and without a file elsewhere; answers where it listens. */
const startNginx = async (location: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-nginx-"));
  const port = await freePort();
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const text = `daemon off;
    master_process off;
    pid nginx.pid;
    error_log error.log;
    events {}
    http {
      access_log off;
      ${places.map((place) => `${place}_temp_path ${place};`).join("\n")}
      server { listen 127.0.0.1:${port}; ${location} }
    }`;
  writeFileSync(join(folder, "nginx.conf"), text);
  const child = spawn("nginx", ["-p", folder, "-e", "error.log", "-c", "nginx.conf"], { env: { PATH } });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGQUIT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => expect((await fetch(url)).status).toBe(404));
  return url;
};

test("an nginx for what the docs say of it", ({ skip }) => {
  if (hasNginx()) return;
  if (isRequired("nginx")) throw new Error(`TSQ_REQUIRE lists \`nginx\`, but ${REASON}.`);
  console.warn(`Skipped: tsq web behind nginx, because ${REASON}.`);
  skip(REASON);
});

describe.skipIf(!hasNginx())("tsq web behind nginx", () => {
  test("shows its pages, takes its forms on any port, and knows who guesses from who does not", async () => {
    const port = await freePort();
    const command = startTsqCommand(
      [
        "web",
        "--port",
        String(port),
        "--base-path",
        "/sidekiq",
        "--proxy",
        "127.0.0.1",
        "--redis",
        server.url,
      ],
      { env: { TSQ_WEB_PASSWORD: "correct horse" } },
    );
    await eventually(() => expect(command.output()).toContain("Dashboard: "));
    expect(LOCATION).toContain("http://127.0.0.1:4567");
    const origin = await startNginx((LOCATION ?? "").replace("4567", String(port)));
    const authorization = `Basic ${Buffer.from("admin:correct horse").toString("base64")}`;
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(origin + path, {
        ...init,
        redirect: "manual",
        headers: { authorization, ...(init.headers as Record<string, string>) },
      });

    const page = await ask("/sidekiq");
    expect(page.status).toBe(200);
    const [, script = ""] = /src="(\/sidekiq\/assets\/[^"]+)"/.exec(await page.text()) ?? [];
    expect((await ask(script)).status).toBe(200);

    // A browser that does not say which site a form is of is known by its origin, with the port.
    const body = new URLSearchParams({ pause: "1" });
    const paused = await ask("/sidekiq/queues/low", { method: "POST", body, headers: { origin } });
    expect([paused.status, paused.headers.get("location")]).toEqual([302, "/sidekiq/queues"]);
    expect(await server.client().smembers("paused")).toEqual(["low"]);
    const forged = await ask("/sidekiq/queues/low", {
      method: "POST",
      body,
      headers: { origin: "https://evil.example" },
    });
    expect(forged.status).toBe(403);

    const guess = (password: string, from: string) =>
      ask("/sidekiq/stats", {
        headers: {
          authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`,
          "x-forwarded-for": from,
        },
      });
    let status = 401;
    for (let i = 0; i < 12 && status === 401; i++) ({ status } = await guess(`guess ${i}`, "198.51.100.1"));
    expect(status).toBe(429);
    // Who asks nginx here is this machine, a proxy that was named: it is believed as well.
    expect(command.log().at(-1)).toMatchObject({ level: 40, address: "198.51.100.1" });
    expect((await guess("correct horse", "203.0.113.9")).status).toBe(200);
  });
});
