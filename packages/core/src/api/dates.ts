/** Dates out of what is found in Redis, in either spelling; what is none is absent, never an error. */
import { numberIn } from "../wire/payload.ts";
import { readTime } from "../wire/time.ts";

/** The year 5138. Dates go on to the year 275760, but no zone east or west of there has one: reading it would throw. */
export const LAST_MS = 1e14;

/** A payload's time: float seconds or integer milliseconds (WIRE §15.1). */
export const dateOf = (value: unknown): Date | undefined => {
  const ms = readTime(value);
  return ms === undefined || Math.abs(ms) > LAST_MS ? undefined : new Date(ms);
};

/** A time that is always in seconds: a score, or a field of the process hash. */
export const dateOfSeconds = (seconds: unknown): Date | undefined => {
  const ms = (numberIn(seconds) ?? Number.NaN) * 1000;
  return Math.abs(ms) <= LAST_MS ? new Date(ms) : undefined;
};
