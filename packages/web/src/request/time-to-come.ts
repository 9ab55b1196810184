/** A time that lies ahead, as somebody types it into a form: a date, or so long from now. Nothing is guessed. */
import { isDay } from "@tsq/core/config";
import type { TimeZone } from "../words/time-zone.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const SPAN = /^\+?\s*(\d{1,9})\s*([smhdw])$/i;
const SECONDS = /^\d{9,11}(?:\.\d{1,6})?$/;
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

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
  const ms = instantOf(typed, nowMs, zone);
  if (ms === undefined || Number.isNaN(ms) || ms > LATEST_MS) return { why: "unknown" };
  return ms > nowMs ? { at: new Date(ms) } : { why: "past" };
};

const instantOf = (text: string, nowMs: number, own: TimeZone): number | undefined => {
  const [, count, unit = ""] = SPAN.exec(text) ?? [];
  if (count !== undefined) return nowMs + Number(count) * (UNITS_MS[unit.toLowerCase()] ?? Number.NaN);
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const [, day, time = "00:00", zone] = INSTANT.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  if (zone === undefined) return own.read(`${day}T${time}`)?.ms;
  return Date.parse(`${day}T${time}${offsetOf(zone)}`);
};

const offsetOf = (zone: string): string =>
  /^(?:z|utc)$/i.test(zone) ? "Z" : zone.replace(/^(.\d\d)(\d\d)$/, "$1:$2");
