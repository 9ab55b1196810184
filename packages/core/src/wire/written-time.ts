/** Times as somebody types them: into a filter, into a form, behind a flag. One reader, so that each means one instant. Nothing is guessed. */
import { isDay } from "./calendar.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const SPAN = /^(\+?)\s*(\d{1,9})\s*([smhdw])$/i;
const SECONDS = /^\d{9,11}(?:\.\d{1,9})?$/;
const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(?:\s*(Z|UTC|[+-](?:[01]\d|2[0-3]):?[0-5]\d))?)?$/i;

/** How long something is, such as `2h`, and whether a `+` says that it lies ahead. */
export interface WrittenSpan {
  readonly ms: number;
  readonly isAhead: boolean;
}

/** `90s`, `5m`, `2h`, `3d`, `1w`, each also with a `+`; undefined when it is none. */
export const readSpan = (text: string): WrittenSpan | undefined => {
  const [, ahead, count, unit = ""] = SPAN.exec(text) ?? [];
  if (count === undefined) return undefined;
  return { ms: Number(count) * (UNITS_MS[unit.toLowerCase()] ?? Number.NaN), isAhead: ahead === "+" };
};

/** What stands there: a date and a time by some clocks, and how far those are ahead, where that is said. */
export interface WrittenTime {
  /** `2030-01-31T08:30` */
  readonly wall: string;
  /** `Z` or `+02:00` */
  readonly offset: string | undefined;
}

/** Undefined when it is no time, or of a day that is not in the calendar. A date alone is its midnight. */
export const writtenTimeOf = (text: string): WrittenTime | undefined => {
  const [, day, time = "00:00", zone] = TIME.exec(text) ?? [];
  return day === undefined || !isDay(day)
    ? undefined
    : { wall: `${day}T${time}`, offset: zone && offsetOf(zone) };
};

/** `date +%z` writes no colon. */
const offsetOf = (zone: string): string =>
  /^(?:z|utc)$/i.test(zone) ? "Z" : zone.replace(/^(.\d\d)(\d\d)$/, "$1:$2");

/**
 * A date, a date with a time, or seconds since 1970, in milliseconds since 1970; undefined when it is none of them.
 *
 * @param msOf reads a time that names no zone, such as `2030-01-31T08:30`; UTC unless it says otherwise, never that of the machine
 */
export const readInstant = (
  text: string,
  msOf: (wall: string) => number | undefined = utcMs,
): number | undefined => {
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const written = writtenTimeOf(text);
  if (!written) return undefined;
  return written.offset === undefined ? msOf(written.wall) : Date.parse(written.wall + written.offset);
};

const utcMs = (wall: string): number => Date.parse(`${wall}Z`);
