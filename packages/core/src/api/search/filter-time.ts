/** The times of a filter: a date, or so long ago. */
import { readInstant, readSpan } from "../../wire/written-time.ts";

/** What may be written, for those who wrote something else. */
export const TIMES =
  "Write a date such as `2030-01-31` or `2030-01-31T08:30Z` (UTC without a zone), seconds since 1970, `2h` for two hours ago, " +
  "or `+2h` for two hours from now; `s`, `m`, `h`, `d` and `w` are units.";

/** Milliseconds since 1970; undefined when it is no time. */
export const instantOf = (text: string, nowMs: number): number | undefined => {
  const span = readSpan(text);
  if (span) return nowMs + (span.isAhead ? span.ms : -span.ms);
  return readInstant(text);
};
