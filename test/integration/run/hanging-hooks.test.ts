/** Callbacks of the application that never answer: no job's place waits for them for ever, nor does a stop. */
import { defineJob } from "@tsq/core";
import type { RawPayload, RetryDelay, Runnable } from "@tsq/core";
import type { WorkerOptions } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const FETCHES = ["reliable", "basic"] as const;
const HANGING = 6;

let server: TestRedis;
let workers: TestWorkers;
/** Ends all that hangs. */
let answer: (value: RetryDelay) => void;
let refuse: (error: Error) => void;
let hanging: Promise<RetryDelay>;
const called: string[] = [];
const ran: unknown[] = [];
const unhandled: unknown[] = [];
const seen = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, seen);
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => {
  for (const list of [called, ran, unhandled]) list.length = 0;
  hanging = new Promise((resolve, reject) => {
    answer = resolve;
    refuse = reject;
  });
});
afterEach(async () => {
  answer(undefined);
  await workers.end();
  expect(unhandled).toEqual([]);
});
afterAll(async () => {
  await server.stop();
  for (const event of ["unhandledRejection", "uncaughtException"]) process.off(event, seen);
});

const hang = (name: string): Promise<RetryDelay> => {
  called.push(name);
  return hanging;
};
const boom = (): never => {
  throw new Error("boom");
};
const good = defineJob("Good", (_, n: number) => void ran.push(n));

/** What hangs, in a job of which nothing else is special. */
const KINDS: Readonly<Record<string, { readonly job: Runnable; readonly own?: Partial<WorkerOptions> }>> = {
  retryIn: { job: defineJob("Hard", { retryIn: () => hang("retryIn") }, boom) },
  retriesExhausted: {
    job: defineJob("Hard", { retry: 0, retriesExhausted: () => hang("retriesExhausted") as never }, boom),
  },
  deathHandler: {
    job: defineJob("Hard", { retry: 0 }, boom),
    own: { deathHandlers: [() => hang("deathHandler")] },
  },
  errorHandler: {
    job: defineJob("Hard", boom),
    own: { errorHandlers: [() => hang("errorHandler")] },
  },
};

const start = (kind: string, more: Partial<WorkerOptions> = {}) => {
  const { job, own } = KINDS[kind] as (typeof KINDS)[string];
  return workers.start({ jobs: [job, good], concurrency: 2, ...own, ...more });
};

/** As many as would take every place three times, and good ones behind them. */
const push = async (): Promise<readonly string[]> => {
  const hard = Array.from({ length: HANGING }, (_, i) =>
    payloadText({ class: "Hard", jid: `hard${i}`, retry: undefined }),
  );
  const goods = Array.from({ length: 4 }, (_, i) => payloadText({ class: "Good", args: [i] }));
  await pushTexts(workers.redis, [...hard, ...goods]);
  return hard;
};

const jidsIn = async (set: string): Promise<readonly unknown[]> =>
  (await workers.redis.zrange(set, "0", "-1"))
    .map((text) => (JSON.parse(text) as RawPayload)["jid"])
    .toSorted();
const HARD = Array.from({ length: HANGING }, (_, i) => `hard${i}`);

describe.each(FETCHES)("with %s fetch,", (fetch) => {
  test.each([
    ["retryIn", "retry", "Failure in retryIn of Hard, falling back to the default", "retryIn of Hard"],
    ["retriesExhausted", "dead", "Error calling retriesExhausted of Hard", "retriesExhausted of Hard"],
    ["deathHandler", "dead", "Error calling death handler", "a death handler"],
  ])("a %s that never answers keeps no job from its place, and is named", async (kind, set, line, named) => {
    await start(kind, { fetch, hookTimeoutMs: 20 });

    await push();

    await eventually(() => expect(ran).toHaveLength(4));
    await eventually(async () => expect(await jidsIn(set)).toEqual(HARD));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(called).toHaveLength(HANGING);
    await eventually(() =>
      expect(workers.log.filter(({ msg }) => msg === line)).toMatchObject(
        HARD.map(() => ({
          level: 50,
          class: "Hard",
          err: {
            type: "HookTimeoutError",
            message: expect.stringContaining(`Expected ${named} to answer within 0.02 s`),
          },
        })),
      ),
    );
  });

  test("an error handler that never answers keeps nobody waiting", async () => {
    await start("errorHandler", { fetch, hookTimeoutMs: 0 });

    await push();

    await eventually(() => expect(ran).toHaveLength(4));
    await eventually(async () => expect(await jidsIn("retry")).toEqual(HARD));
  });

  test.each(["retryIn", "retriesExhausted"])(
    "a stop hands back at its deadline what a %s without a limit keeps, and waits for it no longer",
    async (kind) => {
      const worker = await start(kind, { fetch, hookTimeoutMs: 0, shutdownTimeoutMs: 0 });
      const hard = await push();
      await eventually(() => expect(called).toHaveLength(2));

      await workers.hurried(worker.stop());

      const back = await workers.redis.lrange("queue:default", 0, -1);
      expect(back.filter((text) => hard.includes(text)).toSorted()).toEqual([...hard].toSorted());
      expect(workers.log.map(({ err }) => (err as { message?: string } | undefined)?.message)).toContain(
        `Expected ${kind} of Hard to answer before the deadline of the stop, got nothing; not waiting for it.`,
      );
      // It is others', whatever comes now.
      answer("discard");
      await hanging;
      expect(await jidsIn("dead")).toEqual([]);
      expect(await jidsIn("retry")).toEqual([]);
    },
  );

  test.each([
    ["is dead once", 0, ["hard0", "hard1"]],
    ["is dropped", false, []],
  ])("a stop goes on behind a death handler that never answers, and its job %s", async (_, retry, dead) => {
    const worker = await start("deathHandler", {
      fetch,
      hookTimeoutMs: 0,
      shutdownTimeoutMs: 0,
      queues: ["few"],
    });
    const texts = ["hard0", "hard1"].map((jid) => payloadText({ class: "Hard", jid, retry }));
    await pushTexts(workers.redis, texts, "few");
    await eventually(() => expect(called).toHaveLength(2));

    await workers.hurried(worker.stop());

    expect(await jidsIn("dead")).toEqual(dead);
    expect(await workers.redis.llen("queue:few")).toBe(0);
    expect(workers.messages(50)).toContain("Error calling death handler");
  });

  test("at the deadline of a stop death handlers that are at work are waited for and the others told, and a retryIn is not waited for", async () => {
    const told: unknown[] = [];
    let isCutOff = (): void => {};
    const cutOff = new Promise<void>((resolve) => (isCutOff = resolve));
    const long = defineJob(
      "Long",
      (job) =>
        new Promise((_, reject) => {
          job.signal.addEventListener("abort", () => {
            reject(job.signal.reason);
            isCutOff();
          });
          called.push("long");
        }),
    );
    const worker = await start("deathHandler", {
      jobs: [
        defineJob("Hard", { retry: 0 }, boom),
        defineJob("Again", { retryIn: () => hang("retryIn") }, boom),
        long,
      ],
      fetch,
      concurrency: 3,
      shutdownTimeoutMs: 0,
      deathHandlers: [
        async ({ jid }) => told.push(jid, await hang("deathHandler")),
        ({ jid }) => void told.push(jid),
      ],
    });
    const texts = ["Hard", "Again", "Long"].map((name) =>
      payloadText({ class: name, jid: name, retry: name !== "Hard" }),
    );
    await pushTexts(workers.redis, texts);
    await eventually(() => expect(called.toSorted()).toEqual(["deathHandler", "long", "retryIn"]));

    const stopped = worker.stop();
    await cutOff;
    // All that follows from it at once.
    await new Promise(setImmediate);
    const failures = ["Failure in retryIn of Again, falling back to the default"];
    expect(workers.messages(50)).toEqual(expect.arrayContaining(failures));
    answer(7);
    await workers.hurried(stopped);

    expect(told).toEqual(["Hard", 7, "Hard"]);
    expect(workers.messages(50)).not.toContain("Error calling death handler");
  });

  test("a stop hands back at its deadline what a server middleware keeps that never goes on", async () => {
    const middleware: WorkerOptions["middleware"] = [() => hang("middleware") as Promise<never>];
    const worker = await start("retryIn", { fetch, middleware, shutdownTimeoutMs: 0 });
    const hard = await push();
    await eventually(() => expect(called).toHaveLength(2));

    const stopped = worker.stop();
    await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(hard.length + 4));
    answer(undefined);
    await workers.hurried(stopped);

    expect(await workers.redis.lrange("queue:default", 0, -1)).toEqual(expect.arrayContaining([...hard]));
  });
});

test("what a hook answers when nobody waits for it any more changes nothing", async () => {
  await start("retryIn", { hookTimeoutMs: 20 });
  await push();
  await eventually(async () => expect(await jidsIn("retry")).toEqual(HARD));

  answer("kill");
  await hanging;

  expect(await jidsIn("retry")).toEqual(HARD);
  expect(await jidsIn("dead")).toEqual([]);
});

test.each(["retryIn", "retriesExhausted", "deathHandler"])(
  "a %s that rejects when nobody waits for it any more ends no process",
  async (kind) => {
    await start(kind, { hookTimeoutMs: 20 });
    await push();
    await eventually(() => expect(ran).toHaveLength(4));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));

    refuse(new Error("too late"));
    await hanging.catch(() => {});
    // Node tells of a rejection that nobody has heard of once all microtasks are done.
    await new Promise(setImmediate);

    expect(unhandled).toEqual([]);
  },
);

test("death handlers behind one that never answers are told as well", async () => {
  const told: unknown[] = [];
  await start("deathHandler", {
    hookTimeoutMs: 20,
    deathHandlers: [() => hang("deathHandler"), ({ jid }) => void told.push(jid)],
  });

  await push();

  await eventually(() => expect(told.toSorted()).toEqual(HARD));
});

test.each([
  ["a backtrace cleaner", { backtraceCleaner: () => Promise.reject(new Error("late")) as never }, {}],
  ["an isFatal", {}, { isFatal: () => Promise.reject(new Error("late")) as never }],
])("%s whose promise rejects ends no process, and its answer counts as none", async (_, own, hooks) => {
  const job: Runnable = { name: "Hard", options: { backtrace: true }, hooks, run: boom };
  await workers.start({ jobs: [job], ...own });

  await pushTexts(workers.redis, [payloadText({ class: "Hard", backtrace: true })]);

  const { payload } = await workers.jobIn("retry");
  expect(payload["error_backtrace"]).toEqual(expect.any(String));
  await new Promise(setImmediate);
  expect(unhandled).toEqual([]);
});
