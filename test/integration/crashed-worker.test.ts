/** What runs when its process meets an exception that nobody caught: handed back and counted, and not for ever. */
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
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
afterEach(async () => {
  await workers.end();
  await workers.redis.flushdb();
});
afterAll(() => server.stop());

describe.each(["reliable", "basic"] as const)("with %s fetch,", (fetch) => {
  let running = 0;
  const slow = defineJob("SlowJob", async (job) => {
    running++;
    await sleep(60_000, undefined, { signal: job.signal });
  });

  /** A worker takes what waits, and ends by an uncaught exception, or by a stop. */
  const works = async ({ crashes, jobs = 1 }: { readonly crashes: boolean; readonly jobs?: number }) => {
    running = 0;
    const worker = await workers.start({ fetch, jobs: [slow], concurrency: 5, shutdownTimeoutMs: 1 });
    await eventually(() => expect(running).toBe(jobs));
    if (crashes) worker.crashed();
    await workers.hurried(worker.stop());
  };
  const waiting = () => workers.redis.lrange("queue:default", 0, -1);
  const counted = (jid: string) => workers.redis.get(`tsq:rescues:${jid}`);

  test("a job goes back three times, and the fourth time to the dead set", async () => {
    const text = payloadText({ class: "SlowJob", jid: "j" });
    await pushTexts(workers.redis, [text]);

    for (const count of ["1", "2", "3"]) {
      await works({ crashes: true });

      expect(await waiting()).toEqual([text]);
      expect(await counted("j")).toBe(count);
      expect(await workers.redis.ttl("tsq:rescues:j")).toBeGreaterThan(259_100);
    }
    await works({ crashes: true });

    expect(await waiting()).toEqual([]);
    const [dead = "", ...more] = await workers.redis.zrange("dead", "0", "-1");
    expect(more).toEqual([]);
    expect(JSON.parse(dead)).toMatchObject({ jid: "j", queue: "default", error_class: "Tsq::PoisonPill" });
    expect(await workers.leftoverJobs()).toBe(0);
    expect(workers.messages(50)).toEqual([
      "Poison pill: its process died each time, the job is in the dead set",
    ]);
  });

  test("jobs that run beside one that has had its turns go back", async () => {
    await workers.redis.set("tsq:rescues:pill", "3");
    const others = ["a", "b"].map((jid) => payloadText({ class: "SlowJob", jid }));
    await pushTexts(workers.redis, [...others, payloadText({ class: "SlowJob", jid: "pill" })]);

    await works({ crashes: true, jobs: 3 });

    expect((await waiting()).toSorted()).toEqual(others.toSorted());
    expect(await workers.redis.zcard("dead")).toBe(1);
    expect(await workers.leftoverJobs()).toBe(0);
  });

  test("a stop counts nothing", async () => {
    await pushTexts(workers.redis, [payloadText({ class: "SlowJob", jid: "j" })]);

    await works({ crashes: false });

    expect(await waiting()).toHaveLength(1);
    expect(await counted("j")).toBeNull();
  });

  test("a count that cannot be raised keeps no job from its queue", async () => {
    await workers.redis.lpush("tsq:rescues:j", "no number");
    await pushTexts(workers.redis, [payloadText({ class: "SlowJob", jid: "j" })]);

    await works({ crashes: true });

    expect(await waiting()).toHaveLength(1);
  });
});
