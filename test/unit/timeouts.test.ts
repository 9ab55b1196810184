/** Who overruns, who waits for a place to do so, and what runs no more timer. */
import { defineJob, JobTimeoutError, ShutdownError } from "@tsq/core";
import type { JobClient, Payload } from "@tsq/core";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GuardedClient, RunningJob, Timeouts } from "../support/inside-worker.ts";
import type { UnitOfWork } from "../support/inside-worker.ts";

const TIMEOUT_MS = 1_000;
const GRACE_MS = 5_000;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
});
afterEach(() => void vi.useRealTimers());

let lines: Record<string, unknown>[] = [];
const log = pino({}, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
const definition = defineJob("SlowJob", { timeout: TIMEOUT_MS / 1_000 }, () => {});

const running = (jid: string): RunningJob => {
  const payload: Payload = { class: "SlowJob", args: [], queue: "default", jid };
  const host = { log, isInterrupted: false, client: () => undefined as never, report: () => {} };
  return new RunningJob({} as UnitOfWork, payload, definition, host, Date.now());
};

/** As its end does, by itself or by its timeout. */
const conclude = (job: RunningJob): void => {
  job.unwatch();
  job.isConcluded = true;
};
const giveAway = (job: RunningJob): void => job.giveAway(new ShutdownError("The worker stops"));

/** One run may overrun at a time. */
const timeouts = () => {
  const overran: string[] = [];
  const full: boolean[] = [];
  const all = new Timeouts({
    most: 1,
    capsule: "default",
    log,
    overrun: (job) => {
      conclude(job);
      overran.push(job.jid);
    },
    full: (isFull) => full.push(isFull),
    report: () => {},
  });
  const begun = (jid: string): RunningJob => {
    const job = running(jid);
    all.begin(job);
    return job;
  };
  return { all, overran, full, begun };
};

test("one more than may overrun waits in its place until another has ended", () => {
  const { all, overran, full, begun } = timeouts();
  const first = begun("first");
  begun("second");
  vi.advanceTimersByTime(TIMEOUT_MS + GRACE_MS);
  expect([overran, full]).toEqual([["first"], [true]]);
  expect(lines.find(({ msg }) => String(msg).includes("keeps its place"))).toMatchObject({
    jid: "second",
    class: "SlowJob",
    timeout: 1,
    elapsed: 6,
  });

  all.returned(first);

  expect([overran, full]).toEqual([
    ["first", "second"],
    [true, true],
  ]);
});

test.each([
  ["has ended by itself", conclude],
  ["was given away", giveAway],
])("one that waited for that and %s takes no place: jobs are taken again", (_what, end) => {
  const { all, overran, full, begun } = timeouts();
  const first = begun("first");
  const second = begun("second");
  vi.advanceTimersByTime(TIMEOUT_MS + GRACE_MS);
  end(second);

  all.returned(first);

  expect([overran, full]).toEqual([["first"], [true, false]]);
});

describe("a job whose middleware runs it once more", () => {
  test("has its whole timeout anew, and one timer", () => {
    const { all, overran, begun } = timeouts();
    const job = begun("twice");
    vi.advanceTimersByTime(TIMEOUT_MS - 1);

    all.begin(job);

    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(job.abortReason).toBeUndefined();
    vi.advanceTimersByTime(1 + GRACE_MS);
    expect(overran).toEqual(["twice"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["ended", conclude],
    ["was given away", giveAway],
  ])("after it %s has no timeout any more", (_what, end) => {
    const { all, overran, begun } = timeouts();
    const job = begun("twice");
    end(job);

    all.begin(job);

    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(TIMEOUT_MS + GRACE_MS);
    expect(overran).toEqual([]);
  });
});

describe("the client of a job with a timeout", () => {
  const CALLS: Readonly<Record<string, (client: JobClient) => Promise<unknown>>> = {
    push: (client) => client.push({ class: "OtherJob", args: [] }),
    pushBulk: (client) => client.pushBulk({ class: "OtherJob", args: [[]] }),
    pushTemplate: (client) => client.pushTemplate({ class: "OtherJob", options: {} } as never, []),
    admit: (client) => client.admit({} as never),
    cancel: (client) => client.cancel("other"),
  };

  const guarded = (isOverrunning: boolean) => {
    const called: string[] = [];
    const inner = Object.fromEntries(
      Object.keys(CALLS).map((name) => [name, async () => void called.push(name)]),
    );
    const abortReason = new JobTimeoutError("The job ran for too long");
    const client = new GuardedClient({ isOverrunning, abortReason }, inner as unknown as JobClient);
    return { client, called, abortReason };
  };

  test.each(Object.entries(CALLS))("passes %s on while it may still end", async (name, call) => {
    const { client, called } = guarded(false);

    await call(client);

    expect(called).toEqual([name]);
  });

  test.each(Object.entries(CALLS))("rejects %s once the job overruns", async (_name, call) => {
    const { client, called, abortReason } = guarded(true);

    await expect(call(client)).rejects.toBe(abortReason);

    expect(called).toEqual([]);
  });
});

test("a log that throws when a job is told to end keeps no place from being freed", () => {
  const { all, overran } = timeouts();
  const payload: Payload = { class: "SlowJob", args: [], queue: "default", jid: "unlogged" };
  const throwing = {
    warn: () => {
      throw new Error("the log is gone");
    },
  } as unknown as typeof log;
  const reported: string[] = [];
  const host = {
    log: throwing,
    isInterrupted: false,
    client: () => undefined as never,
    report: (_error: unknown, context: string) => reported.push(context),
  };
  const job = new RunningJob({} as UnitOfWork, payload, definition, host, Date.now());
  all.begin(job);

  vi.advanceTimersByTime(TIMEOUT_MS + GRACE_MS);

  expect(overran).toEqual(["unlogged"]);
  expect(job.signal.aborted).toBe(true);
  expect(reported).toEqual(["Could not log that a job is told to end"]);
});
