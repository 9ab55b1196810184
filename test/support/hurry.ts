/** Makes what looks every few seconds look at once. */
import { vi } from "vitest";

/** Waits of a second and more are over at once, until `vi.restoreAllMocks()`. @returns what answers how many there were */
export const hurry = (): (() => number) => {
  const { setTimeout } = globalThis;
  let waits = 0;
  const hurried = (act: () => void, ms = 0): unknown => {
    if (ms < 1_000) return setTimeout(act, ms);
    waits++;
    return setTimeout(act, 1);
  };
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hurried as typeof setTimeout);
  return () => waits;
};
