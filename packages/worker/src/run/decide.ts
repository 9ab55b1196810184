/**
 * What follows from how a run has ended; from a failure by Sidekiq 8.1's rules (WIRE §6). Pure: nothing is read or
 * written here, so policy is tested without Redis. carry-out.ts makes the outcome true with one call.
 */
import { JobLateError } from "@tsq/core";
import type { JobOptions, RawPayload, RetryDelay, TsqError, Verdict, WireGeneration } from "@tsq/core";
import {
  backtraceLines,
  deadlineIn,
  dumpJson,
  isTruthy,
  numberIn,
  packBacktrace,
  readTime,
  timeToken,
} from "@tsq/core/protocol";
import type { PayloadChanges } from "@tsq/core/protocol";
import type { BacktraceCleaner } from "../report/backtrace-cleaner.ts";
import { describeError } from "../report/error-fields.ts";
import { errorOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { BURIED_AS_IT_IS, DONE } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";

/** What is known of a run that has ended. */
export interface Facts {
  readonly payload: RawPayload;
  /** The queue it was popped from; the payload's own is ignored (WIRE §6.2). */
  readonly queue: string;
  /** Why the run was told to end, if it was. */
  readonly abortReason?: TsqError | undefined;
  /** The definition's options, which count where the payload has no `retry` of its own. */
  readonly options: JobOptions;
  readonly isUnknown: boolean;
  /** What was thrown kills the job, by its definition. */
  readonly isFatal?: boolean;
  readonly maxRetries: number;
  readonly wire: WireGeneration;
  readonly nowMs: number;
  readonly random: () => number;
  /** Leaves out the lines of a stack that say nothing; all stay without it. */
  readonly cleanBacktrace?: BacktraceCleaner | undefined;
}

const CANCELLED: Outcome = { kind: "cancelled" };
const HANDED_BACK: Outcome = { kind: "handedBack" };
const LOST: Outcome = { kind: "lost" };

/**
 * Decides; `delay` is what `retryIn` answered, which is only asked when the first decision was `retry`.
 */
export const decide = (ending: Ending, facts: Facts, delay?: RetryDelay): Outcome => {
  switch (ending.kind) {
    case "returned":
      return DONE;
    case "threw":
      if (isCancelled(facts)) return CANCELLED;
      return isLate(facts) ? late(facts, ending.error) : failed(ending.error, facts, delay);
    case "verdict":
      return judged(ending.verdict, ending, facts);
    case "cancelled":
      return CANCELLED;
    case "late":
      return late(facts);
    case "unknown": {
      const changes = { ...againFields(facts), tsq_handed: String(ending.times) };
      return { kind: "snooze", atMs: facts.nowMs + ending.seconds * 1_000, changes };
    }
    case "malformed":
      return BURIED_AS_IT_IS;
    case "handedBack":
      return HANDED_BACK;
    case "lost":
      return LOST;
    default:
      return ending satisfies never;
  }
};

const isCancelled = ({ abortReason }: Facts): boolean => abortReason?.code === "TSQ_CANCELLED";

/** A next attempt would not be started. What was told to end for another reason has failed by that. */
const isLate = ({ payload, abortReason, nowMs }: Facts): boolean =>
  abortReason ? abortReason.code === "TSQ_DEADLINE" : nowMs >= (deadlineIn(payload) ?? Infinity);

const late = ({ payload, nowMs, abortReason }: Facts, cause?: unknown): Outcome => {
  if (cause instanceof JobLateError && cause === abortReason) return { kind: "late", error: cause };
  const deadline = new Date(deadlineIn(payload) ?? nowMs);
  return { kind: "late", error: new JobLateError(deadline, cause === undefined ? undefined : { cause }) };
};

const judged = (verdict: Verdict, ending: Ending, facts: Facts): Outcome => {
  switch (verdict.kind) {
    case "kill": {
      const { payload, options } = facts;
      const changes = failureFields(facts, errorOf(ending), retryOf(payload, options), nextCount(payload));
      return dead(payload, changes);
    }
    case "discard":
      return { kind: "discard", changes: {} };
    // What nobody wants any more does not run again.
    case "snooze":
      if (isCancelled(facts)) return CANCELLED;
      return verdict.seconds === 0
        ? putBack(facts)
        : { kind: "snooze", atMs: facts.nowMs + verdict.seconds * 1_000, changes: againFields(facts) };
    case "interrupt":
      return isCancelled(facts) ? CANCELLED : putBack(facts);
    default:
      return verdict satisfies never;
  }
};

/** As a push would leave it, and not behind an `at` that a Sidekiq's push would schedule it by once more (WIRE §2.1). */
const againFields = ({ queue }: Facts): PayloadChanges => ({ queue: dumpJson(queue), at: null });

const putBack = (facts: Facts): Outcome => ({
  kind: "putBack",
  side: "back",
  changes: { ...againFields(facts), enqueued_at: timeToken(facts.nowMs, facts.wire) },
});

const failed = (error: unknown, facts: Facts, delay: RetryDelay): Outcome => {
  const { payload, options, isUnknown } = facts;
  const own = retryOf(payload, options);
  const count = nextCount(payload);
  const changes = failureFields(facts, error, own, count);
  if (facts.isFatal) return dead(payload, changes);
  // Ruby drops an unknown class with `retry: false`. A job that nobody could run is no decision of its
  // author's, so tsq keeps it.
  if (!isTruthy(own)) return isUnknown ? { kind: "dead", isKept: true, changes } : { kind: "drop", changes };
  if (isExhausted(facts, own, count)) return dead(payload, changes);
  if (delay === "kill") return dead(payload, changes);
  if (delay === "discard") return { kind: "discard", changes };
  return { kind: "retry", count, atMs: facts.nowMs + delayMs(count, delay, facts.random), changes };
};

const retryOf = (payload: RawPayload, options: JobOptions): unknown =>
  payload["retry"] ?? options.retry ?? true;

const dead = (payload: RawPayload, changes: PayloadChanges): Outcome => ({
  kind: "dead",
  isKept: payload["dead"] !== false,
  changes,
});

/** 0 at the first failure. A `retry_count` of 0 or -1 counts as present (WIRE §6.2). */
const nextCount = (payload: RawPayload): number => {
  const before = payload["retry_count"];
  if (!isTruthy(before)) return 0;
  // What is no number counts as 0; beyond these limits there would be no JSON for it, and no time.
  const count = (numberIn(before) ?? 0) + 1;
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(count, Number.MAX_SAFE_INTEGER));
};

/** From 8.1 on `retry_for` replaces the count, even with `retry: 0` (WIRE §6.3). */
const isExhausted = ({ payload, maxRetries, nowMs }: Facts, own: unknown, count: number): boolean => {
  const retryForSeconds = numberIn(payload["retry_for"]);
  const first = isTruthy(payload["retry_count"]) ? readTime(payload["failed_at"]) : nowMs;
  // Without a number, or a time to count from, it would never end: then the attempts count as for other jobs.
  if (retryForSeconds !== undefined && first !== undefined) return first + retryForSeconds * 1_000 < nowMs;
  return count >= (Number.isInteger(own) ? (own as number) : maxRetries);
};

const failureFields = (facts: Facts, error: unknown, own: unknown, count: number): PayloadChanges => {
  const { payload, queue, wire, nowMs } = facts;
  const { errorClass, message, stack } = describeError(error);
  const now = timeToken(nowMs, wire);
  const { cleanBacktrace: clean = (all) => all } = facts;
  const lines = isTruthy(payload["backtrace"]) ? clean(backtraceLines(stack)) : undefined;
  return {
    queue: dumpJson(typeof payload["retry_queue"] === "string" ? payload["retry_queue"] : queue),
    error_message: dumpJson(message),
    error_class: dumpJson(errorClass),
    ...(isTruthy(payload["retry_count"]) ? { retried_at: now } : { failed_at: now }),
    retry_count: String(count),
    ...(lines ? { error_backtrace: dumpJson(packBacktrace(firstLines(lines, payload["backtrace"]))) } : {}),
    // Without a `retry` of its own the job gets the definition's, as Ruby writes the class's (WIRE §6.1).
    ...(isTruthy(payload["retry"]) || payload["retry"] === false ? {} : { retry: dumpJson(own) }),
  };
};

/** `true` keeps all lines, anything else its integer value: `"3"` is 3 (WIRE §2.1). */
const firstLines = (lines: readonly string[], limit: unknown): readonly string[] => {
  if (limit === true) return lines;
  const isNumber = typeof limit === "number" || typeof limit === "bigint" || typeof limit === "string";
  return lines.slice(0, isNumber ? Math.max(0, Number.parseInt(String(limit), 10) || 0) : 0);
};

/** `count ** 4 + 15` seconds or what `retryIn` says, plus up to ten seconds per attempt (WIRE §6.4, 8.0 and later). */
const delayMs = (count: number, delay: RetryDelay, random: () => number): number => {
  const base = typeof delay === "number" && delay > 0 && Number.isFinite(delay) ? delay : count ** 4 + 15;
  const jitter = Math.floor(random() * 10 * (count + 1));
  return (base + jitter) * 1_000;
};
