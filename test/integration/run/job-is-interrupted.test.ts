/** What a job hears of the end of its worker, and what becomes of one that listens. */
import { once } from "node:events";
import { defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import type { Worker } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

/** A job that works until it is told to stop, saves its work and returns. */
const saving = () => {
  const started: JobContext[] = [];
  const saved: JobContext[] = [];
  const job = defineJob("HardJob", async (context) => {
    started.push(context);
    if (!context.stopping.aborted) await once(context.stopping, "abort");
    saved.push(context);
  });
  return { job, started, saved };
};

const expectDoneOnce = async (): Promise<void> => {
  expect(await workers.redis.exists("queue:default", "retry", "dead")).toBe(0);
  expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["1", "0"]);
  expect(workers.messages().filter((line) => ["start", "done", "fail"].includes(line))).toEqual([
    "start",
    "done",
  ]);
  expect(workers.messages()).not.toContain("Handed back jobs that were still running");
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a job", (fetch) => {
  test("that returns when its worker begins to stop is done, and not run again", async () => {
    const { job, started, saved } = saving();
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));
    expect(started[0]).toMatchObject({ isInterrupted: false, stopping: { aborted: false } });

    await workers.hurried(worker.stop());

    expect(saved).toHaveLength(1);
    expect(started[0]).toMatchObject({
      isInterrupted: true,
      stopping: { aborted: true, reason: { code: "TSQ_SHUTDOWN" } },
      signal: { aborted: false },
    });
    await expectDoneOnce();
  });

  test("that returns when its worker becomes quiet is done, while the worker goes on", async () => {
    const { job, started, saved } = saving();
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));

    await workers.hurried(worker.quiet());
    await eventually(() => expect(workers.messages()).toContain("done"));

    expect(saved).toHaveLength(1);
    expect(saved[0]?.signal.aborted).toBe(false);
    expect(workers.messages()).not.toContain("Bye!");
    await workers.hurried(worker.stop());
    await expectDoneOnce();
  });

  test("that goes on is handed back at the deadline, of which it has heard before", async () => {
    const heard: string[] = [];
    const job = defineJob("HardJob", async ({ stopping, signal }) => {
      for (const [name, one] of Object.entries({ stopping, signal }))
        one.addEventListener("abort", () => heard.push(name));
      await once(signal, "abort");
    });
    const text = payloadText();
    await pushTexts(workers.redis, [text]);
    const worker = await workers.start({ fetch, jobs: [job], shutdownTimeoutMs: 50 });
    await eventually(() => expect(worker.running()).toHaveLength(1));

    await workers.hurried(worker.stop());

    expect(heard).toEqual(["stopping", "signal"]);
    expect(await workers.redis.lrange("queue:default", 0, -1)).toEqual([text]);
    expect(await workers.redis.exists("retry", "dead")).toBe(0);
  });

  test("that throws because its worker stops has failed, as always", async () => {
    const job = defineJob("HardJob", async ({ stopping }) => {
      await once(stopping, "abort");
      stopping.throwIfAborted();
    });
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job] });
    await eventually(() => expect(worker.running()).toHaveLength(1));

    await workers.hurried(worker.stop());

    const [retried = "{}"] = await workers.redis.zrange("retry", "0", "-1");
    expect(JSON.parse(retried)).toMatchObject({ retry_count: 0, error_class: "ShutdownError" });
    expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["1", "1"]);
  });

  test("that looks only after its worker has become quiet sees it", async () => {
    const { opened, open } = gate();
    const seen: unknown[] = [];
    const job = defineJob("HardJob", async (context) => {
      await opened;
      seen.push([context.isInterrupted, context.stopping.aborted, context.stopping.aborted]);
    });
    await pushTexts(workers.redis, [payloadText()]);
    const worker = await workers.start({ fetch, jobs: [job] });
    await eventually(() => expect(worker.running()).toHaveLength(1));

    await workers.hurried(worker.quiet());
    open();

    await eventually(() => expect(seen).toEqual([[true, true, true]]));
  });

  test("hears of it in every capsule", async () => {
    const { job, started, saved } = saving();
    await pushTexts(workers.redis, [payloadText({ jid: "a" })], "a");
    await pushTexts(workers.redis, [payloadText({ jid: "b" })], "b");
    const worker = await workers.start({
      fetch,
      jobs: [job],
      queues: ["a"],
      capsules: { other: { queues: ["b"] } },
    });
    await eventually(() => expect(started).toHaveLength(2));

    await workers.hurried(worker.quiet());

    await eventually(() => expect(saved.map(({ jid }) => jid).toSorted()).toEqual(["a", "b"]));
  });

  test("hears of it although a listener of `quiet` never ends", async () => {
    const { job, started, saved } = saving();
    await pushTexts(workers.redis, [payloadText()]);
    const worker = workers.make({ fetch, jobs: [job] });
    worker.on("quiet", () => new Promise(() => {}));
    await worker.start();
    await eventually(() => expect(started).toHaveLength(1));

    const stop = worker.stop();

    await eventually(() => expect(saved).toHaveLength(1));
    await workers.hurried(stop);
    await expectDoneOnce();
  });
});

test("a job that starts after its worker has become quiet knows at once", async () => {
  const seen: boolean[] = [];
  const workerOf: Worker[] = [];
  const job = defineJob("HardJob", (context) => {
    // The others of the call that brought this one have still to start.
    void workerOf[0]?.quiet();
    seen.push(context.isInterrupted && context.stopping.aborted);
  });
  await pushTexts(
    workers.redis,
    Array.from({ length: 20 }, () => payloadText()),
  );
  workerOf.push(workers.make({ jobs: [job], concurrency: 20 }));

  await workerOf[0]?.start();

  await eventually(() => expect(seen.length).toBeGreaterThan(1));
  expect(new Set(seen)).toEqual(new Set([true]));
});

test("a page that makes a worker quiet tells its jobs", async () => {
  const { job, started, saved } = saving();
  await pushTexts(workers.redis, [payloadText()]);
  const worker = await workers.start({ jobs: [job] });
  await eventually(() => expect(started).toHaveLength(1));

  await workers.redis.lpush(`${worker.identity}-signals`, "TSTP");

  // It is read with the next beat, up to ten seconds later.
  await eventually(() => expect(saved).toHaveLength(1), { timeoutMs: 25_000 });
  expect(workers.messages()).not.toContain("Bye!");
});

test("a job that never asks whether it should stop costs no AbortController", async () => {
  const made: unknown[] = [];
  const Original = globalThis.AbortController;
  const { opened, open } = gate();
  const job = defineJob("HardJob", () => opened);
  await pushTexts(workers.redis, [payloadText(), payloadText()]);
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      made.push(new Error("made here").stack);
    }
  };
  onTestFinished(() => void (globalThis.AbortController = Original));
  const worker = await workers.start({ jobs: [job], concurrency: 2 });
  await eventually(() => expect(worker.running()).toHaveLength(2));

  const stop = worker.stop();
  open();
  await stop;

  expect(made).toEqual([]);
});
