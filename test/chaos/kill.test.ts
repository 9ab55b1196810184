/** The whole way from a process that is killed to its jobs running elsewhere, without a clock being turned. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { defineJob } from "@tsq/core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

test("fifty jobs of a process that is killed run in another one, once its heartbeat is over", async () => {
  const jids = Array.from({ length: 50 }, (_, i) => `j${i}`);
  await pushTexts(
    workers.redis,
    jids.map((jid) => payloadText({ jid })),
  );
  const source = `
    import { defineJob } from "@tsq/core";
    import { Worker } from "@tsq/worker";
    import { pino } from "pino";
    const job = defineJob("HardJob", () => new Promise(() => {}));
    const logger = pino({ level: "silent" });
    await new Worker({ jobs: [job], concurrency: 50, logger, redis: ${JSON.stringify(server.url)} }).start();
  `;
  const victim = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "inherit" });
  onTestFinished(() => void victim.kill("SIGKILL"));
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(50), { timeoutMs: 30_000 });

  const killed = once(victim, "exit");
  victim.kill("SIGKILL");
  await killed;
  const runs: string[] = [];
  const job = defineJob("HardJob", (context) => void runs.push(context.jid));
  await workers.start({ jobs: [job], concurrency: 7 });

  // A minute until the heartbeat expires, and two looks ten seconds apart.
  await eventually(() => expect(runs).toHaveLength(50), { timeoutMs: 120_000, everyMs: 250 });
  expect(runs.toSorted()).toEqual(jids.toSorted());
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
});
