/** When `tsq push` is to run a job, by its flags. A time that is guessed wrong runs the job at once: nothing is guessed. */
import { ConfigError } from "@tsq/core";
import { readSpan } from "@tsq/core/config";
import { writtenTime } from "./written-time.ts";

export interface TimeFlags {
  readonly in?: string;
  readonly at?: string;
}

/** Seconds since 1970, or undefined for at once, as past times are with performAt(). */
export const runAt = (flags: TimeFlags, nowSeconds: number): number | undefined => {
  if (flags.in !== undefined && flags.at !== undefined) {
    throw new ConfigError("Expected --in or --at, got both. Leave one out.");
  }
  if (flags.in !== undefined) return future(nowSeconds + delaySecondsOf(flags.in), nowSeconds);
  return flags.at === undefined ? undefined : future(writtenTime("--at", flags.at), nowSeconds);
};

const future = (seconds: number, nowSeconds: number): number | undefined =>
  seconds > nowSeconds ? seconds : undefined;

const NUMBER = /^\d+(\.\d+)?$/;

const delaySecondsOf = (text: string): number => {
  if (NUMBER.test(text)) return Number(text);
  const span = readSpan(text);
  if (span) return span.ms / 1_000;
  throw new ConfigError(
    `Expected --in to be a number of seconds from 0, got \`${text}\`. Write --in 90 or --in 1.5, or with a unit --in 5m: s, m, h, d or w.`,
  );
};
