/** When a process must assume that its jobs are others'. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LastHeard } from "../support/inside-worker.ts";

const DAY_MS = 86_400_000;

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

  lastHeard.settle();
  expect(lastHeard.hasRunOut).toBe(false);
});

test.each(["its clock", "the time that has passed"])(
  "what Redis has told it of its jobs counts from then, by %s",
  (clock) => {
    const lastHeard = new LastHeard();
    const before = Date.now();
    vi.advanceTimersByTime(DAY_MS);
    if (clock !== "its clock") vi.setSystemTime(before);

    lastHeard.settle();

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

  lastHeard.settle();
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
