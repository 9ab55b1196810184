/** When a process must assume that its jobs are others'. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LastHeard } from "../support/inside-worker.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const CALL = {};

/** It asks what became of its jobs, and is answered at once. */
const settle = (lastHeard: LastHeard): void => {
  lastHeard.ask(CALL);
  lastHeard.settle(CALL);
};

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

test("a process that was silent for an hour asks Redis what became of its jobs", () => {
  const lastHeard = new LastHeard();

  vi.advanceTimersByTime(3_600_000);

  expect(lastHeard.hasRunOut).toBe(false);
});

test("one that was silent for a day has lost them, also when it beats before it asks", () => {
  const lastHeard = new LastHeard();
  vi.advanceTimersByTime(DAY_MS);
  expect(lastHeard.hasRunOut).toBe(true);

  lastHeard.renew();
  expect(lastHeard.hasRunOut).toBe(true);

  settle(lastHeard);
  expect(lastHeard.hasRunOut).toBe(false);
});

test.each(["its clock", "the time that has passed"])(
  "what Redis has told it of its jobs counts from then, by %s",
  (clock) => {
    const lastHeard = new LastHeard();
    const before = Date.now();
    vi.advanceTimersByTime(DAY_MS);
    if (clock !== "its clock") vi.setSystemTime(before);

    settle(lastHeard);

    expect(lastHeard.hasRunOut).toBe(false);
  },
);

test("its pads may be open again after half an hour, also when it beats before it asks, until it has asked", () => {
  const lastHeard = new LastHeard();
  vi.advanceTimersByTime(1_799_000);
  expect(lastHeard.mayHaveOpenPads).toBe(false);

  vi.advanceTimersByTime(2_000);
  expect(lastHeard.mayHaveOpenPads).toBe(true);
  lastHeard.renew();
  expect(lastHeard.mayHaveOpenPads).toBe(true);

  settle(lastHeard);
  expect(lastHeard.mayHaveOpenPads).toBe(false);
});

test("one that beats keeps them for days", () => {
  const lastHeard = new LastHeard();

  for (let hours = 0; hours < 72; hours++) {
    vi.advanceTimersByTime(3_600_000);
    lastHeard.renew();
  }

  expect(lastHeard.hasRunOut).toBe(false);
});

test.each([-1, 1])("a day of sleep counts, whichever clock saw it", (direction) => {
  const lastHeard = new LastHeard();

  if (direction > 0) vi.setSystemTime(Date.now() + DAY_MS);
  else {
    const before = Date.now();
    vi.advanceTimersByTime(DAY_MS);
    vi.setSystemTime(before);
  }

  expect(lastHeard.hasRunOut).toBe(true);
});

test.each([false, true])(
  "an answer that is read after a sleep tells of before it, beat in between: %s",
  (isBeatBetween) => {
    const lastHeard = new LastHeard();
    lastHeard.ask(CALL);
    vi.advanceTimersByTime(DAY_MS);
    if (isBeatBetween) lastHeard.renew();

    lastHeard.settle(CALL);

    expect(lastHeard.mayHaveOpenPads).toBe(true);
    expect(lastHeard.hasRunOut).toBe(true);
  },
);

test("an answer that took long while it beat tells of what was when it was asked for", () => {
  const lastHeard = new LastHeard();
  vi.advanceTimersByTime(DAY_MS);
  lastHeard.ask(CALL);
  for (let minutes = 0; minutes < 120; minutes++) {
    vi.advanceTimersByTime(60_000);
    lastHeard.renew();
  }
  expect(lastHeard.hasRunOut).toBe(true);

  lastHeard.settle(CALL);

  expect(lastHeard.hasRunOut).toBe(false);
  expect(lastHeard.mayHaveOpenPads).toBe(false);
});

test("an answer of before a sleep takes nothing away from one that was asked for after it", () => {
  const lastHeard = new LastHeard();
  const early = {};
  lastHeard.ask(early);
  vi.advanceTimersByTime(HOUR_MS);
  settle(lastHeard);

  lastHeard.settle(early);

  expect(lastHeard.mayHaveOpenPads).toBe(false);
});

test("what is asked once more counts from then", () => {
  const lastHeard = new LastHeard();
  lastHeard.ask(CALL);
  vi.advanceTimersByTime(HOUR_MS);
  lastHeard.ask(CALL);

  lastHeard.settle(CALL);

  expect(lastHeard.mayHaveOpenPads).toBe(false);
});
