/** `tsq work` and `tsq web` behind npm or npx, which know nothing of their stop. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { keysLeft } from "../support/keys-left.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application } from "../support/tsq-command.ts";

const JOBS = `
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";
export const slow = defineJob("SlowJob", {}, () => sleep(1_500));
`;
const JOB = JSON.stringify({ class: "SlowJob", args: [], jid: "SlowJob", retry: true, queue: "default" });
// npm and a worker start behind each other, each slowly on a busy machine.
const PATIENCE = { timeoutMs: 25_000 };

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

interface Started {
  readonly npm: ChildProcess;
  readonly worker: number;
  readonly lines: () => readonly string[];
}

/** Resolves when the worker is ready. Without a terminal, and in a process group of its own. */
const startedBy = async (command: string, ...args: readonly string[]): Promise<Started> => {
  const cwd = application({
    "jobs.mjs": JOBS,
    // A shell that waits, as it does for a script of several commands.
    "package.json": JSON.stringify({ scripts: { worker: "node node_modules/tsq/dist/cli.js work; true" } }),
  });
  mkdirSync(join(cwd, "node_modules/.bin"));
  symlinkSync("../tsq/dist/cli.js", join(cwd, "node_modules/.bin/tsq"));
  const npm = spawn(command, args, {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, REDIS_URL: server.url },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  onTestFinished(() => void npm.kill("SIGKILL"));
  let output = "";
  npm.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const log = () =>
    output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ready = await eventually(() => {
    const line = log().find(({ msg }) => /^(?:Ready|Dashboard:)/.test(String(msg)));
    expect(line).toBeDefined();
    return line;
  }, PATIENCE);
  const worker = Number(ready?.["pid"]);
  onTestFinished(() => {
    if (isAlive(worker)) process.kill(worker, "SIGKILL");
  });
  return { npm, worker, lines: () => log().map(({ msg }) => String(msg)) };
};

test("a worker that npm started without a terminal says so, and stops when npm is gone", async () => {
  const { npm, worker, lines } = await startedBy("npm", "run", "--silent", "worker");

  npm.kill("SIGKILL");

  await eventually(() => expect(isAlive(worker)).toBe(false), PATIENCE);
  expect(lines()).toContainEqual(
    expect.stringMatching(/^Started by `npm run worker`, .* start node_modules\/\.bin\/tsq itself/),
  );
  expect(await keysLeft(redis)).toEqual([]);
});

test.each<[string, (npm: ChildProcess) => unknown]>([
  ["npx alone", (npm) => npm.kill("SIGTERM")],
  ["all of npx, its shell and the worker", ({ pid }) => process.kill(-Number(pid), "SIGTERM")],
])("a worker that npx started stops at a TERM to %s, and what runs comes to its end", async (_whom, term) => {
  const { npm, worker, lines } = await startedBy("npx", "--no-install", "tsq", "work");
  await redis.lpush("queue:default", JOB);
  await eventually(() => expect(lines()).toContain("start"), PATIENCE);

  term(npm);

  await eventually(() => expect(isAlive(worker)).toBe(false), PATIENCE);
  await eventually(() => expect(lines().at(-1)).toBe("Bye!"), PATIENCE);
  expect(lines()).toContain("done");
  expect(await keysLeft(redis)).toEqual([]);
});

test("a dashboard that npx started says so, and gives its port free when npx is gone", async () => {
  const { npm, worker, lines } = await startedBy("npx", "--no-install", "tsq", "web", "--port", "0");

  npm.kill("SIGKILL");

  await eventually(() => expect(isAlive(worker)).toBe(false), PATIENCE);
  expect(lines()).toContainEqual(
    expect.stringMatching(/^Started by `npx`, .* start node_modules\/\.bin\/tsq itself/),
  );
  expect(lines().at(-1)).toBe("Stopped");
});
