/** How often a capsule is woken by queues that seem to hold jobs and give none. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WakeUps } from "../support/inside-worker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Wakes it again as soon as it has looked in vain; answers how often it has looked after so many milliseconds. */
const inVain = (ms: number): number => {
  let looks = 0;
  const wakeUps = new WakeUps(() => looks++);
  for (let i = 0; i < ms; i++) {
    wakeUps.wake();
    vi.advanceTimersByTime(1);
  }
  wakeUps.stop();
  return looks;
};

test("it looks at once, and once more, for a job may have come just then", () => {
  expect(inVain(2)).toBe(2);
});

test("it looks less and less often, and once a second in the end", () => {
  expect(inVain(10_000)).toBeLessThan(20);
  expect(inVain(20_000) - inVain(10_000)).toBeGreaterThanOrEqual(9);
});

test("it looks at once again after a job has been taken", () => {
  let looks = 0;
  const wakeUps = new WakeUps(() => looks++);
  for (let i = 0; i < 8; i++) {
    wakeUps.wake();
    vi.advanceTimersByTime(1_000);
  }
  wakeUps.over();
  const before = looks;

  wakeUps.wake();

  expect(looks).toBe(before + 1);
});
