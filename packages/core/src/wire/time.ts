/**
 * Times on the wire. Up to 7.x Sidekiq writes float seconds, from 8.0 integer milliseconds, and 8.x
 * tells them apart by the JSON token: `1795451241` without a fraction would be January 1970 (WIRE §15.1).
 */

/** Which generation's spelling of times a payload gets: 7 is float seconds, 8 integer milliseconds. */
export type WireGeneration = 7 | 8;

/** The JSON token for an instant, ready to be spliced into a payload. */
export const timeToken = (ms: number, wire: WireGeneration): string =>
  wire === 8 ? String(Math.trunc(ms)) : floatSecondsToken(ms);

/**
 * Seconds in their shortest spelling, as Ruby dumps them: its `reschedule` finds a member by dumping the job anew,
 * and would leave one that is spelled `.120` beside its copy. A whole number gets a fraction, lest it be
 * read as milliseconds.
 */
const floatSecondsToken = (ms: number): string => {
  const seconds = String(Math.trunc(ms) / 1000);
  return seconds.includes(".") ? seconds : `${seconds}.0`;
};

// No instant in seconds reaches this before the year 5138, none in milliseconds was below it after 1973.
const SECONDS_LIMIT = 1e11;

/** Milliseconds since 1970 of a payload's time in either spelling, or undefined if it is none. */
export const readTime = (value: unknown): number | undefined => {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return value > SECONDS_LIMIT ? value : value * 1000;
};

/**
 * A sorted set's score: float seconds in every version (WIRE §0.2).
 *
 * @throws RangeError when it is no instant: Redis would refuse it each time that it is tried
 */
export const scoreOf = (ms: number): string => {
  if (!Number.isFinite(ms)) throw new RangeError(`Expected an instant in milliseconds, got \`${ms}\``);
  return String(ms / 1000);
};

/** `YYYY-MM-DD` in UTC, as the daily statistics are keyed. */
export const utcDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
