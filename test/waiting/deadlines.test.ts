/** A job whose deadline is over is not started, not tried again, and told so while it runs; and nothing else is a deadline. */
import { Client, defineJob, JobLateError } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import type { WorkerOptions } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { VALUES } from "../support/odd-json.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { rescuerFor } from "../support/services.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
const told: (readonly [jid: unknown, discardedAt: unknown, error: unknown])[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  told.length = 0;
  await workers.redis.flushdb();
});
afterEach(() => workers.end());
afterAll(() => server.stop());

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const start = (options: Partial<WorkerOptions>) =>
  workers.start({
    deathHandlers: [(payload, error) => void told.push([payload["jid"], payload["discarded_at"], error])],
    ...options,
  });

const lines = (msg: string) => workers.log.filter((line) => line.msg === msg);

const texts = (key: string): Promise<string[]> =>
  key.startsWith("queue:") ? workers.redis.lrange(key, 0, -1) : workers.redis.zrange(key, "0", "-1");

const isEmpty = async (): Promise<void> => {
  expect(await workers.leftoverJobs()).toBe(0);
  for (const key of ["retry", "dead", "schedule", "queue:default"]) expect(await texts(key)).toEqual([]);
};

/** A job that runs until it is aborted or let go, and then does what it was told to. */
const listening = (end: (job: JobContext) => unknown) => {
  const { opened, open } = gate();
  const running: JobContext[] = [];
  const job = defineJob("HardJob", async (context) => {
    running.push(context);
    await Promise.race([
      opened,
      new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve())),
    ]);
    return end(context);
  });
  return { job, open, running };
};

/**
 * Pushes a job whose deadline is soon, but not over before it has started: a busy machine takes its time.
 *
 * @param running what its handler fills
 * @returns the deadline
 */
const startedInTime = async (running: readonly unknown[]): Promise<number> => {
  for (let inMs = 300; ; inMs *= 3) {
    const deadline = Date.now() + inMs;
    await pushTexts(workers.redis, [payloadText({ jid: "1", tsq_deadline: deadline })]);
    await eventually(() => expect(running.length + told.length).toBeGreaterThan(0));
    if (running.length > 0) return deadline;
    told.length = workers.log.length = 0;
  }
};

const fail = (): never => {
  throw new RangeError("boom");
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a job", (fetch) => {
  test("past its deadline is discarded instead of started; the death handlers are told", async () => {
    const ran: string[] = [];
    const job = defineJob("HardJob", ({ jid }) => void ran.push(jid));
    const [late, unknown, good, other] = [
      payloadText({ jid: "late", tsq_deadline: Date.now() - 1 }),
      payloadText({ jid: "unknown", class: "NobodysJob", tsq_deadline: Date.now() - DAY_MS }),
      payloadText({ jid: "good", tsq_deadline: Date.now() + DAY_MS }),
      payloadText({ jid: "other" }),
    ];
    await pushTexts(workers.redis, [late, unknown, good, other]);
    await start({ fetch, jobs: [job], concurrency: 1 });

    await eventually(() => expect(ran).toEqual(["good", "other"]));
    await eventually(isEmpty);
    await eventually(() => expect(told).toHaveLength(2));

    expect(told).toEqual(
      ["late", "unknown"].map((jid) => [jid, expect.any(Number), expect.any(JobLateError)]),
    );
    expect(lines("late").map(({ jid }) => jid)).toEqual(["late", "unknown"]);
    expect(lines("start").map(({ jid }) => jid)).toEqual(["good", "other"]);
    expect(workers.errors).toEqual([]);
  });

  test("that runs is told by its signal, and is not tried again when it throws", async () => {
    const { job, running } = listening(fail);
    await start({ fetch, jobs: [job] });
    const deadline = await startedInTime(running);

    await eventually(() => expect(told).toHaveLength(1));
    await eventually(() => expect(lines("late")).toHaveLength(1));
    await eventually(isEmpty);

    const reason: unknown = running[0]?.signal.reason;
    expect(reason).toBeInstanceOf(JobLateError);
    expect(reason).toMatchObject({
      code: "TSQ_DEADLINE",
      message: expect.stringContaining(new Date(deadline).toISOString()),
    });
    expect(running[0]?.deadline).toEqual(new Date(deadline));
    expect(told).toEqual([
      [
        "1",
        expect.any(Number),
        expect.objectContaining({ code: "TSQ_DEADLINE", cause: new RangeError("boom") }),
      ],
    ]);
    // It has not failed: nobody is to mend anything.
    expect([workers.errors, lines("fail")]).toEqual([[], []]);
  });

  test("that throws the signal's reason tells the death handlers that", async () => {
    const { job, running } = listening(({ signal }) => signal.throwIfAborted());
    await start({ fetch, jobs: [job] });
    await startedInTime(running);

    await eventually(() => expect(told).toHaveLength(1));

    expect(told[0]?.[2]).toBe(running[0]?.signal.reason);
  });

  test("that throws past it without ever having looked at its signal is not tried again either", async () => {
    const { opened, open } = gate();
    const running: string[] = [];
    const job = defineJob("HardJob", async ({ jid }) => {
      running.push(jid);
      await opened;
      fail();
    });
    await start({ fetch, jobs: [job] });
    const deadline = await startedInTime(running);
    await eventually(() => expect(Date.now()).toBeGreaterThan(deadline));
    open();

    await eventually(() => expect(lines("late")).toHaveLength(1));
    await eventually(isEmpty);
  });

  test("that returns after it is done", async () => {
    const { job, running } = listening(() => "in the end");
    await start({ fetch, jobs: [job] });
    await startedInTime(running);

    await eventually(() => expect(lines("done")).toHaveLength(1));
    await eventually(isEmpty);

    expect([told, lines("late")]).toEqual([[], []]);
  });

  test("that has ended before it is told of none", async () => {
    const signals: AbortSignal[] = [];
    const job = defineJob("HardJob", ({ signal }) => void signals.push(signal));
    await start({ fetch, jobs: [job] });
    const deadline = await startedInTime(signals);
    await eventually(() => expect(lines("done")).toHaveLength(1));
    await eventually(() => expect(Date.now()).toBeGreaterThan(deadline + 50));

    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test("that fails before it is retried with the field intact, and discarded if it comes back too late", async () => {
    const seen: unknown[] = [];
    const job = defineJob("HardJob", { retryIn: () => 40_000 }, ({ deadline }) => {
      seen.push(deadline);
      fail();
    });
    const deadline = Date.now() + HOUR_MS;
    await pushTexts(workers.redis, [payloadText({ tsq_deadline: deadline })]);
    await start({ fetch, jobs: [job] });
    const [retry = ""] = await eventually(async () => {
      const found = await texts("retry");
      expect(found).toHaveLength(1);
      return found;
    });

    expect(retry).toContain(`"tsq_deadline":${deadline}`);
    expect(seen).toEqual([new Date(deadline)]);
    await workers.redis.del("retry");
    await pushTexts(workers.redis, [retry.replace(String(deadline), String(Date.now() - 1))]);
    await eventually(() => expect(lines("late")).toHaveLength(1));
    await eventually(isEmpty);
    expect(seen).toHaveLength(1);
  });

  test("is told of its deadline while the worker waits for it at a stop, and handed back by no one", async () => {
    const { job, running } = listening(fail);
    const worker = await start({ fetch, jobs: [job], shutdownTimeoutMs: 20_000 });
    await startedInTime(running);

    await workers.hurried(worker.stop());

    expect(running[0]?.signal.reason).toMatchObject({ code: "TSQ_DEADLINE" });
    expect(lines("Handing back")).toEqual([]);
    expect(lines("late")).toHaveLength(1);
    await isEmpty();
  });

  test("that a stop hands back keeps its deadline, and the next worker discards it when it is over", async () => {
    const { job, running } = listening(fail);
    const text = payloadText({ jid: "1", tsq_deadline: Date.now() + HOUR_MS });
    await pushTexts(workers.redis, [text]);
    const worker = await start({ fetch, jobs: [job], shutdownTimeoutMs: 0 });
    await eventually(() => expect(running).toHaveLength(1));
    await workers.hurried(worker.stop());

    expect(running[0]?.signal.reason).toMatchObject({ code: "TSQ_SHUTDOWN" });
    expect(await texts("queue:default")).toEqual([text]);
    using _clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + HOUR_MS);
    await start({ fetch, jobs: [job] });
    await eventually(() => expect(lines("late")).toHaveLength(1));
    await eventually(isEmpty);
    expect(running).toHaveLength(1);
  });
});

test("a job that is late counts as processed, and not as failed", async () => {
  const job = defineJob("HardJob", () => {});
  await pushTexts(workers.redis, [payloadText({ tsq_deadline: Date.now() - 1 }), payloadText()]);
  const worker = await start({ jobs: [job] });
  await eventually(() => expect([...lines("late"), ...lines("done")]).toHaveLength(2));
  await worker.stop();

  expect(await workers.redis.get("stat:processed")).toBe("2");
  expect(Number(await workers.redis.get("stat:failed"))).toBe(0);
});

test("whatever else stands in the field is no deadline, and the job runs", async () => {
  const odd = [...VALUES, "1795451241", "8640000000000001", '"1795451241069"', "[1]"];
  const ran: (Date | undefined)[] = [];
  const job = defineJob("HardJob", (context) => {
    // The signal looks at the deadline as well.
    expect(context.signal.aborted).toBe(false);
    ran.push(context.deadline);
  });
  await pushTexts(
    workers.redis,
    odd.map((json) => payloadText().replace(/\}$/, `,"tsq_deadline":${json}}`)),
  );
  await start({ jobs: [job] });

  await eventually(() => expect(ran).toHaveLength(odd.length));
  await eventually(isEmpty);
  expect(new Set(ran)).toEqual(new Set([undefined]));
  expect(workers.errors).toEqual([]);
});

test("a job of the schedule is discarded when it falls due too late, and the one that is pushed with it runs", async () => {
  const client = new Client({ redis: server.url });
  const ran: unknown[] = [];
  const job = defineJob("HardJob", { client }, (_job, n: number) => void ran.push(n));
  await job.set({ deadline: new Date(Date.now() - 1) }).performIn(0.01, 1);
  await job.set({ deadline: HOUR_MS / 1_000 }).performIn(0.01, 2);
  await client.close();
  await start({ jobs: [job], pollIntervalAverage: 0.1 });

  await eventually(() => expect([ran, lines("late")]).toEqual([[2], [expect.anything()]]));
  await eventually(isEmpty);
});

test("a job that a rescue brings back keeps its deadline, and is discarded when it is over", async () => {
  const text = payloadText({ tsq_deadline: Date.now() - 1 });
  await workers.redis.hset("tsq:owners", "web:1:abc~default~0", '["default"]');
  await workers.redis.hset("tsq:in-flight:web:1:abc~default~0", "#0", 1, "00", text);
  const rescuer = rescuerFor({ redis: workers.target, suspectMs: 0 });
  for (const rescued of [0, 1]) expect(await rescuer.look()).toBe(rescued);
  await rescuer.stop();
  expect(await texts("queue:default")).toEqual([text]);

  await start({ jobs: [defineJob("HardJob", fail)] });

  await eventually(() => expect(lines("late")).toHaveLength(1));
  await eventually(isEmpty);
});
