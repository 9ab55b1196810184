/** A time as a flag takes it: ISO 8601, UTC without a zone as in filters and in what is printed, or seconds since 1970. */
import { ConfigError } from "@tsq/core";
import { readInstant } from "@tsq/core/config";

const NUMBER = /^\d+(\.\d+)?$/;

// As seconds the year 5138, as milliseconds 1973.
const MILLISECONDS_FROM = 1e11;

/**
 * The seconds since 1970 that the value of a flag stands for.
 *
 * @throws ConfigError when it is no time, or looks like milliseconds
 */
export const writtenTime = (flag: string, text: string): number => {
  const ms = NUMBER.test(text) ? Number(text) * 1_000 : readInstant(text);
  if (ms === undefined) {
    throw new ConfigError(
      `Expected ${flag} to be an ISO 8601 time or seconds since 1970, got \`${text}\`. ` +
        `Write ${flag} 2030-01-01T09:00:00Z or ${flag} 1893488400.`,
    );
  }
  const seconds = ms / 1_000;
  if (seconds < MILLISECONDS_FROM) return seconds;
  throw new ConfigError(
    `Expected ${flag} to be an ISO 8601 time or seconds since 1970, got \`${text}\`, which looks like milliseconds. ` +
      `Write ${flag} 2030-01-01T09:00:00Z or ${flag} 1893488400.`,
  );
};
