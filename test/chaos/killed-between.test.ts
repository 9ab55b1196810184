/** A process that is killed while `retryOn` enqueues a job again: before the push, and between it and the acknowledgement. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { defineActiveJob } from "@tsq/active-job";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import type { Redis } from "ioredis";
import { enqueued } from "../support/enqueued.ts";
import { eventually } from "../support/eventually.ts";
import { pushTexts } from "../support/payload-text.ts";
import { RedisServer } from "../support/chaos/redis-server.ts";
import { test } from "../support/chaos/test.ts";
import { TimeMachine } from "../support/chaos/time-machine.ts";
import { startTsq } from "../support/tsq-worker.ts";

interface Run {
  readonly jid: string;
  readonly jobId: string;
  readonly executions: number;
  readonly n: number;
}

const JOB_ID = "8b5cf200-a32b-4447-b16c-d36346662ca3";
const FIRST: Run = { jid: "first", jobId: JOB_ID, executions: 1, n: 7 };
const SECOND = { jobId: JOB_ID, executions: 2, n: 7 };

describe("a process that is killed while retryOn enqueues its job again", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = server.client();
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** A process runs the job and dies at this callback; resolves to its runs. */
  const killedAt = async (dies: "beforeEnqueue" | "afterEnqueue", url: string): Promise<readonly Run[]> => {
    const runs: Run[] = [];
    const child = fork(join(import.meta.dirname, "killed-active-job.mjs"), {
      env: { ...process.env, KILLED_WORKER: JSON.stringify({ redis: url, dies }) },
    });
    child.on("message", (run: Run) => runs.push(run));
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    expect([code, signal]).toEqual([null, "SIGKILL"]);
    return runs;
  };

  /** Brings back what the dead held, and runs what there is until nothing is left; resolves to the runs. */
  const mended = async (url: string): Promise<readonly Run[]> => {
    const runs: Run[] = [];
    const time = new TimeMachine({ target: url, redis, isDead: () => true });
    await time.pass();
    await time.stop();
    expect(time.errors).toEqual([]);
    const job = defineActiveJob("KilledJob", ({ jid, jobId, executions }, n: number) => {
      runs.push({ jid, jobId, executions, n });
    });
    await using _worker = await startTsq({ redis: url, jobs: [job], logger: pino({ level: "silent" }) });
    await eventually(async () => {
      const inFlight = await redis.keys("tsq:in-flight:*");
      const held = await Promise.all(inFlight.map((key) => redis.hkeys(key)));
      expect(held.flat().filter((field) => !field.startsWith("#"))).toEqual([]);
      expect(await redis.exists("queue:default", "schedule", "retry", "dead")).toBe(0);
      // What a rescue closed is there, and is no list.
      expect((await redis.scan(0, "MATCH", "tsq:pad:*", "COUNT", 1_000, "TYPE", "list"))[1]).toEqual([]);
    });
    return runs;
  };

  test("loses no job between the push and the acknowledgement: it runs once more, and so does the next attempt", async () => {
    const url = `redis://127.0.0.1:${server.port}/0`;
    await pushTexts(redis, [enqueued("KilledJob", [7], {}, { jid: "first" })]);

    const before = await killedAt("afterEnqueue", url);
    const after = await mended(url);

    expect(before).toEqual([FIRST]);
    expect(after).toHaveLength(2);
    expect(after).toContainEqual(FIRST);
    expect(after).toContainEqual({ ...SECOND, jid: expect.not.stringMatching(/^first$/) as string });
  });

  test("loses no job before the push: it runs once more, with the same count", async () => {
    const url = `redis://127.0.0.1:${server.port}/0`;
    await pushTexts(redis, [enqueued("KilledJob", [7], {}, { jid: "first" })]);

    const before = await killedAt("beforeEnqueue", url);
    const after = await mended(url);

    expect(before).toEqual([FIRST]);
    expect(after).toEqual([FIRST]);
  });
});
