/** The times of a filter: a date, or so long ago. */

import { isDay } from "../../wire/calendar.ts";

/** What may be written, for those who wrote something else. */
export const TIMES =
  "Write a date such as `2030-01-31` or `2030-01-31T08:30Z` (UTC without a zone), seconds since 1970, `2h` for two hours ago, " +
  "or `+2h` for two hours from now; `s`, `m`, `h`, `d` and `w` are units.";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const SPAN = /^(\+?)(\d{1,9})([smhdw])$/;
const SECONDS = /^\d{9,11}(?:\.\d+)?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/i;

/** Milliseconds since 1970; undefined when it is no time. */
export const instantOf = (text: string, nowMs: number): number | undefined => {
  const [, ahead, count, unit = ""] = SPAN.exec(text) ?? [];
  if (count !== undefined) return nowMs + (ahead ? 1 : -1) * Number(count) * (UNITS_MS[unit] ?? 0);
  if (SECONDS.test(text)) return Number(text) * 1_000;
  if (!isDay(text.slice(0, "2030-01-31".length))) return undefined;
  if (DAY.test(text)) return finite(Date.parse(text));
  const zone = INSTANT.exec(text);
  // Without a zone JavaScript takes that of the machine.
  return zone ? finite(Date.parse(zone[1] ? text : `${text}Z`)) : undefined;
};

const finite = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : ms);
