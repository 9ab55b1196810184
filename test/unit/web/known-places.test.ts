/** Where jobs were a moment ago, as a dashboard remembers it. */
import { expect, onTestFinished, test, vi } from "vitest";
import { KnownPlaces } from "../../support/inside-web.ts";

const on = (ahead: number, length = 100) =>
  ({ place: "queue", queue: "default", ahead, bytes: Buffer.alloc(length, "x") }) as const;

test("a job is known where it was seen last, for a minute", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const places = new KnownPlaces();

  places.note("a", on(1));
  places.note("a", on(2));

  expect(places.of("a")).toEqual(on(2));
  expect(places.of("b")).toBeUndefined();
  vi.advanceTimersByTime(59_000);
  expect(places.of("a")).toEqual(on(2));
  vi.advanceTimersByTime(2_000);
  expect(places.of("a")).toBeUndefined();
});

test("two thousand are remembered, those that were seen last, and no more than eight megabytes of them", () => {
  const places = new KnownPlaces();
  for (let i = 0; i < 2_000; i++) places.note(`j${i}`, on(i));
  places.note("j0", on(0));
  places.note("new", on(0));

  expect([places.of("j0"), places.of("new"), places.of("j2")].includes(undefined)).toBe(false);
  expect(places.of("j1")).toBeUndefined();

  for (let i = 0; i < 8; i++) places.note(`large${i}`, on(i, 990_000));
  expect(places.of("large0")).toBeDefined();
  expect(places.of("j2")).toBeUndefined();
  places.note("large8", on(8, 990_000));
  expect(places.of("large0")).toBeUndefined();
  expect(places.of("large1")).toBeDefined();
});

test("a job of more than a megabyte is not remembered, nor where it was before", () => {
  const places = new KnownPlaces();
  places.note("a", on(1));

  places.note("a", on(1, 1_000_001));

  expect(places.of("a")).toBeUndefined();
});
