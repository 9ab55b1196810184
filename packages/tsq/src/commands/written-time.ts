/** A time as a flag takes it: ISO 8601, or seconds since 1970. A time that is guessed wrong runs a job at once: nothing is guessed. */
import { ConfigError } from "@tsq/core";
import { isDay } from "@tsq/core/config";

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

const DATE = /^(?<day>\d{4}-\d{2}-\d{2})/;
const TIME = /T(?<minutes>(?:[01]\d|2[0-3]):[0-5]\d)(?<seconds>:[0-5]\d(?:\.\d+)?)?/;
const ZONE = /(?<zone>Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?/;
const ISO = new RegExp(`${DATE.source}(?:${TIME.source}${ZONE.source})?$`);

/** Undefined if it is none. Not by Date.parse() alone, which takes `tomorrow 9` for a day in 2001. */
const isoSeconds = (text: string): number | undefined => {
  const groups = ISO.exec(text)?.groups;
  if (!groups) return undefined;
  const { day = "", minutes = "00:00", seconds = ":00", zone = "" } = groups;
  if (!isDay(day)) return undefined;
  // With a time and without a zone it is local; a date alone would be UTC.
  const milliseconds = Date.parse(`${day}T${minutes}${seconds}${withColon(zone)}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1_000;
};

/** `date +%z` writes none. */
const withColon = (zone: string): string => zone.replace(/^(.\d\d)(\d\d)$/, "$1:$2");
