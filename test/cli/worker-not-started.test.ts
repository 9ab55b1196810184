/** A worker that is made and never started: it opens nothing, so that its process ends as one without a worker does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Worker } from "@tsq/worker";
import { pino } from "pino";
import { ownTime } from "../support/own-time.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const logger = pino({ level: "silent" });

/** Runs a module until it ends by itself; what it wrote. */
const runs = async (source: string): Promise<string> => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    env: { ...process.env, REDIS_URL: server.url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(0);
  return out;
};

/** One of each kind that connects in a way of its own. */
const made = `import { Worker } from "@tsq/worker"; import { defineJob } from "@tsq/core";
  const jobs = [defineJob("A", () => {})];
  const workers = [
    new Worker({ jobs }),
    new Worker({ jobs, fetch: "basic" }),
    new Worker({ jobs, unknownJobs: "handBack", capsules: { slow: { queues: ["slow"] } } }),
    new Worker({ jobs, extensions: [{ name: "idle", install: () => {} }] }),
  ];
  console.log("made");`;

describe("a worker that is made and never started", () => {
  test("lets its process end by itself", { timeout: 30_000 }, async () => {
    expect(await runs(made)).toContain("made");
  });

  test("lets it end after its stop, too", { timeout: 30_000 }, async () => {
    const stopped = "await Promise.all(workers.map((worker) => worker.stop())); console.log('stopped');";

    expect(await runs(`${made} ${stopped}`)).toContain("stopped");
  });

  test.each([
    ["with a server", () => server.url],
    ["without one", () => "redis://127.0.0.1:1"],
  ])("is stopped at once, %s", async (_where, url) => {
    for (const fetch of ["reliable", "basic"] as const) {
      const worker = new Worker({ jobs: [], redis: url(), logger, fetch });
      // What does not answer is waited for three seconds.
      using time = ownTime();

      await worker.stop();

      expect(time.ms).toBeLessThan(2_500);
    }
  });
});
