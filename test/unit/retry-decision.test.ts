import { unpackBacktrace } from "@tsq/core/protocol";
import type { PayloadChanges } from "@tsq/core/protocol";
import { UnknownJobError } from "@tsq/core";
import type { RetryDelay } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { decide } from "../support/inside-worker.ts";
import type { Facts, Outcome } from "../support/inside-worker.ts";

const NOW_MS = 1_795_451_241_069;
const HOUR_MS = 3_600_000;

type Failed = Extract<Outcome, { kind: "retry" | "dead" | "discard" | "drop" }>;

interface Failure extends Facts {
  readonly error: unknown;
}

const decided = (
  payload: Readonly<Record<string, unknown>>,
  over: Partial<Failure> = {},
  delay?: RetryDelay,
): Failed & { readonly changes: PayloadChanges } => {
  const { error = new TypeError("boom"), ...facts } = over;
  const outcome = decide(
    { kind: "threw", error },
    {
      payload: { class: "HardJob", args: [], queue: "default", jid: "1", ...payload },
      queue: "default",
      options: {},
      isUnknown: false,
      maxRetries: 25,
      wire: 8,
      nowMs: NOW_MS,
      random: () => 0,
      ...facts,
    },
    delay,
  );
  return outcome as Failed & { readonly changes: PayloadChanges };
};

/** What becomes of a job that has failed so often before. */
const fateAfter = (failures: number, payload: Readonly<Record<string, unknown>>): string =>
  decided({ ...payload, ...(failures > 0 ? { retry_count: failures - 1, failed_at: NOW_MS - 1 } : {}) }).kind;

const secondsUntilRetry = (outcome: Outcome): number =>
  outcome.kind === "retry" ? (outcome.atMs - NOW_MS) / 1_000 : Number.NaN;

describe("how often a failing job runs again", () => {
  test.each([
    { retry: true, retries: 25 },
    { retry: 25, retries: 25 },
    { retry: 3, retries: 3 },
    { retry: 1, retries: 1 },
    { retry: 0, retries: 0 },
    { retry: "7", retries: 25 },
    { retry: 2.5, retries: 25 },
    { retry: "", retries: 25 },
    { retry: [], retries: 25 },
    { retry: null, retries: 25 },
    { retry: undefined, retries: 25 },
  ])("with retry $retry it is $retries times", ({ retry, retries }) => {
    const fates = Array.from({ length: retries + 2 }, (_, failures) => fateAfter(failures, { retry }));

    expect(fates).toEqual([...Array<string>(retries).fill("retry"), "dead", "dead"]);
  });

  test("with retry false it is never, and the job is dropped", () => {
    expect(decided({ retry: false }).kind).toBe("drop");
  });

  test("the definition's retry counts when the payload has none of its own", () => {
    expect(decided({}, { options: { retry: false } }).kind).toBe("drop");
    expect(decided({ retry: null }, { options: { retry: 0 } }).kind).toBe("dead");
    expect(decided({ retry: 1 }, { options: { retry: false } }).kind).toBe("retry");
  });

  test("the worker's maximum counts where the job says true", () => {
    expect(decided({ retry: true, retry_count: 1 }, { maxRetries: 2 }).kind).toBe("dead");
    expect(decided({ retry: 9, retry_count: 1 }, { maxRetries: 2 }).kind).toBe("retry");
  });

  test("a count of -1, which a retry by hand leaves, is a first failure that keeps its time", () => {
    const outcome = decided({ retry: 1, retry_count: -1, failed_at: 17 });

    expect(outcome).toMatchObject({
      kind: "retry",
      count: 0,
      changes: { retry_count: "0", retried_at: String(NOW_MS) },
    });
    expect(outcome.changes).not.toHaveProperty("failed_at");
  });

  test.each([null, false])("a count of %s is none", (retry_count) => {
    const outcome = decided({ retry: 1, retry_count });

    expect(outcome).toMatchObject({ count: 0, changes: { retry_count: "0", failed_at: String(NOW_MS) } });
  });
});

describe("a job with retry_for", () => {
  const failedAgo = (ms: number) => ({ retry_count: 40, failed_at: NOW_MS - ms });

  test("runs again while its time is not over, however often it has failed", () => {
    expect(decided({ retry: 3, retry_for: 3_600, ...failedAgo(HOUR_MS - 1) }).kind).toBe("retry");
  });

  test("is dead when its time is over, however seldom it has failed", () => {
    expect(
      decided({ retry: 3, retry_for: 3_600, retry_count: 0, failed_at: NOW_MS - HOUR_MS - 1 }).kind,
    ).toBe("dead");
  });

  test("reads the first failure's time in float seconds as well", () => {
    const failed_at = (ms: number) => (NOW_MS - ms) / 1_000;

    expect(decided({ retry_for: 60, retry_count: 9, failed_at: failed_at(59_000) }).kind).toBe("retry");
    expect(decided({ retry_for: 60, retry_count: 9, failed_at: failed_at(61_000) }).kind).toBe("dead");
  });

  test("runs again with retry 0, which then counts for nothing", () => {
    expect(decided({ retry: 0, retry_for: 60 }).kind).toBe("retry");
  });

  test("is dropped with retry false all the same", () => {
    expect(decided({ retry: false, retry_for: 60 }).kind).toBe("drop");
  });

  test("still knows its first failure after a retry by hand", () => {
    const payload = { retry_for: 60, retry_count: -1, failed_at: NOW_MS - 61_000 };

    expect(decided(payload).kind).toBe("dead");
  });

  test("runs on when it has lost the time of its first failure", () => {
    expect(decided({ retry_for: 60, retry_count: 9 }).kind).toBe("retry");
  });

  test("of 0 seconds is dead at the second failure", () => {
    expect(decided({ retry_for: 0 }).kind).toBe("retry");
    expect(decided({ retry_for: 0, retry_count: 0, failed_at: NOW_MS - 1 }).kind).toBe("dead");
  });
});

describe("a dead job", () => {
  test.each([
    { dead: undefined, isKept: true },
    { dead: true, isKept: true },
    { dead: null, isKept: true },
    { dead: 0, isKept: true },
    { dead: false, isKept: false },
  ])("with dead $dead is kept: $isKept", ({ dead, isKept }) => {
    expect(decided({ retry: 0, dead })).toMatchObject({ kind: "dead", isKept });
  });

  test("of an unknown class is kept, also with retry false", () => {
    const unknown = { isUnknown: true, error: new UnknownJobError("No::Such::Klass") };

    expect(decided({ retry: false }, unknown)).toMatchObject({ kind: "dead", isKept: true });
    expect(decided({}, unknown).kind).toBe("retry");
    expect(decided({ retry: 0 }, unknown)).toMatchObject({ kind: "dead", isKept: true });
  });
});

describe("the wait before a retry", () => {
  test.each(Array.from({ length: 26 }, (_, count) => count))(
    "after failure %i is its fourth power and 15 seconds, and up to ten for each attempt",
    (count) => {
      const payload = { retry: 26, retry_count: count - 1, failed_at: 1 };
      const least = secondsUntilRetry(decided(payload));
      const most = secondsUntilRetry(decided(payload, { random: () => 0.999_999_999 }));

      expect(least).toBe(count ** 4 + 15);
      expect(most).toBe(count ** 4 + 15 + 10 * (count + 1) - 1);
    },
  );

  test("is what the job asks for, and the same jitter", () => {
    expect(secondsUntilRetry(decided({}, {}, 100))).toBe(100);
    expect(secondsUntilRetry(decided({}, { random: () => 0.55 }, 100))).toBe(105);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0, undefined, null])(
    "is the usual one when the job asks for %s",
    (delay) => {
      expect(secondsUntilRetry(decided({}, {}, delay))).toBe(15);
    },
  );

  test("is none for a job that asks to be killed or discarded", () => {
    expect(decided({}, {}, "kill")).toMatchObject({ kind: "dead", isKept: true });
    expect(decided({ dead: false }, {}, "kill")).toMatchObject({ kind: "dead", isKept: false });
    expect(decided({}, {}, "discard").kind).toBe("discard");
  });

  test("is not asked for when the job is out of attempts", () => {
    expect(decided({ retry: 0 }, {}, 100).kind).toBe("dead");
    expect(decided({ retry: 0 }, {}, "discard").kind).toBe("dead");
  });
});

describe("what a failure writes into the payload", () => {
  test("the error, the count and the time of the first failure", () => {
    expect(decided({ retry: true }).changes).toEqual({
      queue: '"default"',
      error_message: '"boom"',
      error_class: '"TypeError"',
      failed_at: String(NOW_MS),
      retry_count: "0",
    });
  });

  test("the time of a later failure beside it", () => {
    const { changes } = decided({ retry: true, retry_count: 0, failed_at: 1 });

    expect(changes).toMatchObject({ retried_at: String(NOW_MS), retry_count: "1" });
    expect(changes).not.toHaveProperty("failed_at");
  });

  test("times as float seconds while a Sidekiq 7 is there, also on a whole second", () => {
    const { changes } = decided({}, { wire: 7, nowMs: 1_795_451_241_000 });

    expect(changes["failed_at"]).toBe("1795451241.0");
  });

  test.each([
    { name: "the queue it came from, whatever its own says", payload: { queue: "other" }, queue: '"low"' },
    { name: "its retry_queue", payload: { retry_queue: "later" }, queue: '"later"' },
    { name: "no retry_queue that is no name", payload: { retry_queue: 7 }, queue: '"low"' },
  ])("$name", ({ payload, queue }) => {
    expect(decided(payload, { queue: "low" }).changes["queue"]).toBe(queue);
  });

  test.each([
    { retry: undefined, options: {}, written: "true" },
    { retry: null, options: { retry: 5 }, written: "5" },
    { retry: undefined, options: { retry: false }, written: "false" },
    { retry: 0, options: { retry: 5 }, written: undefined },
    { retry: false, options: { retry: 5 }, written: undefined },
  ])("the definition's retry in place of $retry: $written", ({ retry, options, written }) => {
    expect(decided({ retry }, { options }).changes["retry"]).toBe(written);
  });

  test.each([
    { backtrace: true, lines: 9 },
    { backtrace: 3, lines: 3 },
    { backtrace: "3", lines: 3 },
    { backtrace: 3.9, lines: 3 },
    { backtrace: 0, lines: 0 },
    { backtrace: "all", lines: 0 },
    { backtrace: -1, lines: 0 },
  ])("$lines lines of the stack with backtrace $backtrace", ({ backtrace, lines }) => {
    const error = new Error("deep");
    error.stack = [
      "Error: deep",
      ...Array.from({ length: 9 }, (_, i) => `    at f${i} (file.js:${i}:1)`),
    ].join("\n");

    const packed: unknown = JSON.parse(
      decided({ backtrace }, { error }).changes["error_backtrace"] ?? "null",
    );

    expect(unpackBacktrace(packed)).toEqual(
      Array.from({ length: lines }, (_, i) => `file.js:${i}:1:in \`f${i}'`),
    );
  });

  test.each([undefined, null, false])("no stack with backtrace %s", (backtrace) => {
    expect(decided({ backtrace }, { options: { backtrace: true } }).changes).not.toHaveProperty(
      "error_backtrace",
    );
  });

  test("an empty backtrace when what was thrown has none", () => {
    const { changes } = decided({ backtrace: true }, { error: "just text" });

    expect(unpackBacktrace(JSON.parse(changes["error_backtrace"] ?? "null"))).toEqual([]);
  });
});
