/** A running job watches its deadline only while somebody listens to its signal. */
import { ShutdownError } from "@tsq/core";
import type { Payload } from "@tsq/core";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RunningJob } from "../support/inside-worker.ts";
import type { UnitOfWork } from "../support/inside-worker.ts";

const NOW_MS = 1_795_451_241_069;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

const running = (inMs: number | undefined): RunningJob => {
  const payload: Payload = { class: "HardJob", args: [], queue: "default", jid: "1" };
  if (inMs !== undefined) payload["tsq_deadline"] = NOW_MS + inMs;
  // Nothing of it is asked for.
  const unit = {} as UnitOfWork;
  const client = (): never => {
    throw new Error("Expected nobody to push.");
  };
  return new RunningJob(
    unit,
    payload,
    undefined,
    { log: pino({ enabled: false }), isInterrupted: false, client, report: () => {} },
    NOW_MS,
  );
};

test("no timer runs for a job without a deadline, nor for one that nobody listens to", () => {
  expect(running(undefined).signal.aborted).toBe(false);
  running(MINUTE_MS).unwatch();

  expect(vi.getTimerCount()).toBe(0);
});

test("the signal aborts when the deadline is over, and not before", () => {
  const job = running(MINUTE_MS);
  const { signal } = job;

  vi.advanceTimersByTime(MINUTE_MS - 1);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);

  expect(signal.reason).toMatchObject({ code: "TSQ_DEADLINE" });
  expect(job.abortReason).toBe(signal.reason);
  expect(vi.getTimerCount()).toBe(0);
});

test("a signal that is asked for when it is over has aborted", () => {
  expect(running(-1).signal.reason).toMatchObject({ code: "TSQ_DEADLINE" });
});

test("a deadline that is further away than a timer reaches is waited for as well", () => {
  const { signal } = running(60 * DAY_MS);

  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);

  expect(signal.aborted).toBe(true);
});

test("nothing is watched any more when the job has ended, also where it asks for its signal then", () => {
  const [listened, asks] = [running(MINUTE_MS), running(MINUTE_MS)];
  expect(listened.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(1);

  listened.unwatch();
  asks.unwatch();
  expect(asks.signal.aborted).toBe(false);

  expect(vi.getTimerCount()).toBe(0);
});

test("a job that was given away hears of that alone", () => {
  const job = running(MINUTE_MS);
  const { signal } = job;

  job.giveAway(new ShutdownError("The worker stops"));
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(MINUTE_MS);

  expect(signal.reason).toMatchObject({ code: "TSQ_SHUTDOWN" });
});
