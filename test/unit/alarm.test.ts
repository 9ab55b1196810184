/** A timer that is asked for again and again. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Alarm } from "../support/inside-worker.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** When it has rung, in milliseconds from the start. */
const ringing = () => {
  const rung: number[] = [];
  const startedMs = performance.now();
  const alarm = new Alarm(() => rung.push(performance.now() - startedMs));
  return { alarm, rung };
};

test("an alarm rings once, at the earliest of the times that it was asked for", () => {
  const { alarm, rung } = ringing();
  for (const ms of [300, 100, 200, 100]) alarm.within(ms);

  vi.advanceTimersByTime(1_000);

  expect(rung).toEqual([100]);
});

test("what was asked for earlier stays, and counts from then", () => {
  const { alarm, rung } = ringing();
  alarm.within(100);
  vi.advanceTimersByTime(90);
  alarm.within(100);
  vi.advanceTimersByTime(1_000);

  alarm.within(50);
  vi.advanceTimersByTime(1_000);

  expect(rung).toEqual([100, 1_140]);
});

test("an alarm that is due rings in a moment, and not from within the call", () => {
  const { alarm, rung } = ringing();
  alarm.within(-5);
  expect(rung).toEqual([]);

  vi.advanceTimersByTime(1);

  expect(rung).toEqual([1]);
});

test("an alarm that was stopped does not ring, until it is asked again", () => {
  const { alarm, rung } = ringing();
  alarm.within(100);
  alarm.stop();
  vi.advanceTimersByTime(1_000);
  expect(rung).toEqual([]);

  alarm.within(200);
  vi.advanceTimersByTime(1_000);

  expect(rung).toEqual([1_200]);
});
