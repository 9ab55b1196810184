/** The harness's own words to a Redis that other faults keep from listening for a while: it is full, busy or loading. */
import { eventually } from "../eventually.ts";

export const insist = <T>(ask: () => Promise<T>): Promise<T> =>
  eventually(ask, { timeoutMs: 30_000, everyMs: 50 });
