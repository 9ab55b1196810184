/** Tries an assertion until it passes: what a test does instead of sleeping. */
import { setTimeout as sleep } from "node:timers/promises";

export interface EventuallyOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

// A limit for what never comes: what comes late on a busy machine has come. Below the 60 s of a test, so that the
// assertion that failed is told and not the test's own limit. Ten were too few for 3,000 jobs beside seven other suites.
const TIMEOUT_MS = 40_000;

/** Resolves to what the assertion returned when it passed; rejects with what it last threw, when the time is over. */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  { timeoutMs = TIMEOUT_MS, everyMs = 20 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await sleep(everyMs);
    }
  }
}
