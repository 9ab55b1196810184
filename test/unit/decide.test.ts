/** What follows from each way in which a run ends; failures by themselves: retry-decision.test.ts. */
import { discard, interrupt, JobCancelledError, JobLateError, kill, ShutdownError, snooze } from "@tsq/core";
import type { TsqError, Verdict } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { count, decide, Metrics } from "../support/inside-worker.ts";
import type { Ending, Facts, Outcome, RunningJob } from "../support/inside-worker.ts";

const NOW_MS = 1_795_451_241_069;
const cancelled = new JobCancelledError("Cancelled");

const decided = (ending: Ending, over: Partial<Facts> = {}): Outcome =>
  decide(ending, {
    payload: { class: "HardJob", args: [], queue: "default", jid: "1", retry_count: 2, failed_at: 1 },
    queue: "low",
    options: {},
    isUnknown: false,
    maxRetries: 25,
    wire: 8,
    nowMs: NOW_MS,
    random: () => 0,
    ...over,
  });

const judged = (verdict: Verdict, over: Partial<Facts> = {}): Outcome =>
  decided({ kind: "verdict", verdict }, over);

const threw: Ending = { kind: "threw", error: new Error("boom") };

describe("a run ends", () => {
  test.each<{ name: string; ending: Ending; kind: Outcome["kind"] }>([
    { name: "by returning: done", ending: { kind: "returned" }, kind: "done" },
    { name: "by throwing: it is tried again", ending: threw, kind: "retry" },
    { name: "before it begins, cancelled", ending: { kind: "cancelled" }, kind: "cancelled" },
    { name: "before it begins, being no job: dead", ending: { kind: "malformed", error: 1 }, kind: "dead" },
    { name: "by being handed back at a stop", ending: { kind: "handedBack" }, kind: "handedBack" },
    { name: "by being given to another", ending: { kind: "lost" }, kind: "lost" },
  ])("$name", ({ ending, kind }) => {
    expect(decided(ending).kind).toBe(kind);
  });

  test("what is no job is buried as it is", () => {
    expect(decided({ kind: "malformed", error: 1 })).toEqual({
      kind: "dead",
      isKept: true,
      changes: undefined,
    });
  });
});

describe("a job that has been cancelled", () => {
  test.each<{ name: string; ending: Ending; kind: Outcome["kind"] }>([
    { name: "throws: cancelled", ending: threw, kind: "cancelled" },
    { name: "returns: done", ending: { kind: "returned" }, kind: "done" },
    {
      name: "asks to run later: cancelled",
      ending: { kind: "verdict", verdict: snooze(9) },
      kind: "cancelled",
    },
    {
      name: "asks to run at once: cancelled",
      ending: { kind: "verdict", verdict: snooze(0) },
      kind: "cancelled",
    },
    {
      name: "is interrupted: cancelled",
      ending: { kind: "verdict", verdict: interrupt() },
      kind: "cancelled",
    },
    { name: "kills itself: dead", ending: { kind: "verdict", verdict: kill() }, kind: "dead" },
    { name: "discards itself: discarded", ending: { kind: "verdict", verdict: discard() }, kind: "discard" },
  ])("$name", ({ ending, kind }) => {
    expect(decided(ending, { abortReason: cancelled }).kind).toBe(kind);
  });

  test.each<TsqError>([new ShutdownError("stop")])("not for another reason: it has failed", (abortReason) => {
    expect(decided(threw, { abortReason }).kind).toBe("retry");
  });
});

describe("a job with a deadline", () => {
  const payload = (tsq_deadline: unknown) => ({ class: "HardJob", retry: true, tsq_deadline });
  const over = { payload: payload(NOW_MS) };
  const lateError = new JobLateError(new Date(NOW_MS));

  test.each<{ name: string; ending: Ending; facts: Partial<Facts>; kind: Outcome["kind"] }>([
    { name: "is not started when it is over: late", ending: { kind: "late" }, facts: over, kind: "late" },
    { name: "throws when it is over: late", ending: threw, facts: over, kind: "late" },
    {
      name: "throws a moment before: it is tried again",
      ending: threw,
      facts: { payload: payload(NOW_MS + 1) },
      kind: "retry",
    },
    {
      name: "throws when it has been told, by a timer that was early: late",
      ending: threw,
      facts: { payload: payload(NOW_MS + 1), abortReason: lateError },
      kind: "late",
    },
    {
      name: "was cancelled before: cancelled",
      ending: threw,
      facts: { ...over, abortReason: cancelled },
      kind: "cancelled",
    },
    {
      name: "was told to end for another reason: it has failed by that",
      ending: threw,
      facts: { ...over, abortReason: new ShutdownError("stop") },
      kind: "retry",
    },
    { name: "returns when it is over: done", ending: { kind: "returned" }, facts: over, kind: "done" },
    {
      name: "snoozes when it is over: its turn will come",
      ending: { kind: "verdict", verdict: snooze(9) },
      facts: over,
      kind: "snooze",
    },
    {
      name: "kills itself when it is over: dead",
      ending: { kind: "verdict", verdict: kill() },
      facts: over,
      kind: "dead",
    },
    {
      name: "that is none throws: it is tried again",
      ending: threw,
      facts: { payload: payload("1") },
      kind: "retry",
    },
  ])("$name", ({ ending, facts, kind }) => {
    expect(decided(ending, facts).kind).toBe(kind);
  });

  test("tells why it is late: its deadline, and what it threw", () => {
    expect(decided(threw, over)).toEqual({
      kind: "late",
      error: expect.objectContaining({
        code: "TSQ_DEADLINE",
        message: lateError.message,
        cause: new Error("boom"),
      }),
    });
    expect(decided({ kind: "threw", error: lateError }, { ...over, abortReason: lateError })).toEqual({
      kind: "late",
      error: lateError,
    });
  });
});

describe("a verdict", () => {
  test("snooze waits in the schedule without an at, and uses up no attempt", () => {
    expect(judged(snooze(90.5))).toEqual({
      kind: "snooze",
      atMs: NOW_MS + 90_500,
      changes: { queue: '"low"', at: null },
    });
  });

  test.each([
    ["snooze(0)", snooze(0)],
    ["interrupt", interrupt()],
  ])("%s goes behind all that wait, enqueued now", (_, verdict) => {
    expect(judged(verdict)).toEqual({
      kind: "putBack",
      side: "back",
      changes: { queue: '"low"', at: null, enqueued_at: String(NOW_MS) },
    });
  });

  test("interrupt writes float seconds while a Sidekiq 7 is there", () => {
    expect(judged(interrupt(), { wire: 7 })).toMatchObject({ changes: { enqueued_at: "1795451241.069" } });
  });

  test("discard changes nothing in the payload", () => {
    expect(judged(discard("stale"))).toEqual({ kind: "discard", changes: {} });
  });

  test("kill is a failure with its reason, and the last one", () => {
    expect(judged(kill("no such account"))).toEqual({
      kind: "dead",
      isKept: true,
      changes: {
        queue: '"low"',
        error_message: '"no such account"',
        error_class: '"JobKilledError"',
        retried_at: String(NOW_MS),
        retry_count: "3",
        retry: "true",
      },
    });
  });

  test.each([
    { payload: { dead: false }, isKept: false },
    { payload: { retry: false }, isKept: true },
  ])("kill of $payload is kept: $isKept", ({ payload, isKept }) => {
    expect(judged(kill(), { payload })).toMatchObject({ kind: "dead", isKept });
  });
});

test.each<[processed: number, failed: number, kinds: readonly Outcome["kind"][]]>([
  [1, 0, ["done", "cancelled", "late", "discard", "snooze", "putBack"]],
  [1, 1, ["retry", "dead", "drop", "handedBack"]],
  [0, 0, ["lost"]],
])("as %i processed and %i failed count %j", (processed, failed, kinds) => {
  for (const kind of kinds) {
    const metrics = new Metrics();

    count(metrics, kind, { payload: { class: "HardJob" }, runnable: {} } as unknown as RunningJob, 5);

    expect([kind, metrics.take()]).toMatchObject([kind, { processed, failed }]);
  }
});
