import { within } from "../../within.ts";

/**
 * As `within`, and not deceived by a blocked event loop: when that goes on, timers are due first, and then the answers are
 * read that have been there for long.
 */
export const inTime = async <T>(ms: number, work: Promise<T>): Promise<T | undefined> =>
  (await within(ms / 2, work)) ?? within(ms / 2, work);
