/** A time as a flag takes it: ISO 8601, or seconds since 1970. A time that is guessed wrong runs a job at once: nothing is guessed. */
import { ConfigError } from "@tsq/core";

const NUMBER = /^\d+(\.\d+)?$/;

// As seconds the year 5138, as milliseconds 1973.
const MILLISECONDS_FROM = 1e11;

/**
 * The seconds since 1970 that the value of a flag stands for.
 *
 * @throws ConfigError when it is no time, or looks like milliseconds
 */
export const writtenTime = (flag: string, text: string): number => {
  const seconds = NUMBER.test(text) ? Number(text) : isoSeconds(text);
  if (seconds === undefined) {
    throw new ConfigError(
      `Expected ${flag} to be an ISO 8601 time or seconds since 1970, got \`${text}\`. ` +
        `Write ${flag} 2030-01-01T09:00:00Z or ${flag} 1893488400.`,
    );
  }
  if (seconds < MILLISECONDS_FROM) return seconds;
  throw new ConfigError(
    `Expected ${flag} to be an ISO 8601 time or seconds since 1970, got \`${text}\`, which looks like milliseconds. ` +
      `Write ${flag} 2030-01-01T09:00:00Z or ${flag} 1893488400.`,
  );
};

const DATE = /^(?<year>\d{4})-(?<month>0[1-9]|1[0-2])-(?<day>0[1-9]|[12]\d|3[01])/;
const TIME = /T(?<minutes>(?:[01]\d|2[0-3]):[0-5]\d)(?<seconds>:[0-5]\d(?:\.\d+)?)?/;
const ZONE = /(?<zone>Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?/;
const ISO = new RegExp(`${DATE.source}(?:${TIME.source}${ZONE.source})?$`);

/** Undefined if it is none. Not by Date.parse() alone, which takes `tomorrow 9` for a day in 2001. */
const isoSeconds = (text: string): number | undefined => {
  const groups = ISO.exec(text)?.groups;
  if (!groups) return undefined;
  const { year, month, day, minutes = "00:00", seconds = ":00", zone = "" } = groups;
  // Date.parse() would take the 31st of February for the 3rd of March.
  if (Number(day) > daysIn(Number(year), Number(month))) return undefined;
  // With a time and without a zone it is local; a date alone would be UTC.
  const milliseconds = Date.parse(`${year}-${month}-${day}T${minutes}${seconds}${withColon(zone)}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1_000;
};

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** `date +%z` writes none. */
const withColon = (zone: string): string => zone.replace(/^(.\d\d)(\d\d)$/, "$1:$2");
