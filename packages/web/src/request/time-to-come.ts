/** A time that lies ahead, as somebody types it into a form: a date, or so long from now. */
import { readInstant, readSpan } from "@tsq/core/config";
import type { TimeZone } from "../words/time-zone.ts";

/** The year 5138: what is later looks like milliseconds to whoever reads seconds. */
const LATEST_MS = 1e14;

/** What came of it: the time, or why there is none. */
export type TimeToCome = { readonly at: Date } | { readonly why: "missing" | "unknown" | "past" };

/**
 * Reads `+2h`, `2h`, `2030-01-31`, `2030-01-31 08:30`, `2030-01-31T08:30+02:00`, or seconds since 1970.
 *
 * @param zone of a time that names none
 */
export const timeToCome = (text: string, nowMs: number, zone: TimeZone): TimeToCome => {
  const typed = text.trim();
  if (typed === "") return { why: "missing" };
  const span = readSpan(typed);
  const ms = span ? nowMs + span.ms : readInstant(typed, (wall) => zone.read(wall)?.ms);
  if (ms === undefined || ms > LATEST_MS) return { why: "unknown" };
  return ms > nowMs ? { at: new Date(ms) } : { why: "past" };
};
