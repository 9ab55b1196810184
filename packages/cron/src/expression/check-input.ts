/** What programs hand in, before any work is done with it. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/protocol";
import { CronError } from "../cron-error.ts";
import { quoted } from "./quoted.ts";

// With each value of each field written out it is 600. A poller reads the text from Redis, where it may be of any length.
const LONGEST = 1_000;

/** @throws CronError for what is no string, and for an expression that is too long to be one */
export const checkTexts = (text: unknown, tz: unknown): void => {
  if (typeof text !== "string") {
    throw new CronError(
      `Expected a cron expression to be a string, got ${shown(text)}. Write one such as \`0 9 * * mon-fri\`.`,
    );
  }
  if (text.length > LONGEST) {
    throw new CronError(
      `Expected a cron expression of at most ${LONGEST} characters, got one of ${text.length}: ${quoted(text)}. ` +
        "Write ranges and steps such as `0-59/2` in the place of long lists.",
    );
  }
  if (tz === undefined || typeof tz === "string") return;
  throw new CronError(
    `Expected \`tz\` to be a string, got ${shown(tz)}. Write a time zone such as \`Europe/Paris\`, or leave it out.`,
  );
};

// Date.UTC() takes the years before 100 for those of the 20th century. No zone has changes before 1900 that a job asks for.
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(10_000, 0, 1);

/** @throws ConfigError for what is no Date of the years 1900 to 9999 */
export const asDate = (name: string, value: unknown): Date => {
  if (value instanceof Date) {
    const ms = value.getTime();
    if (ms >= EARLIEST_MS && ms < LATEST_MS) return value;
    const got = Number.isNaN(ms) ? "an invalid one" : value.toISOString();
    throw new ConfigError(
      `Expected \`${name}\` to be a Date from 1900 to 9999, got ${got}. Leave it out for now.`,
    );
  }
  throw new ConfigError(
    `Expected \`${name}\` to be a Date from 1900 to 9999, got ${shown(value)}. Leave it out for now.`,
  );
};
