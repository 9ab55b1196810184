/** When a job is to run, as callers say it: `wait` and `waitUntil`. */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isRecord, secondsOf } from "@tsq/core/protocol";
import type { When } from "./target.ts";

// As that of `retryOn`: beyond it a number of seconds is an instant.
const LONGEST_WAIT_MS = 1_000_000_000_000;
// From the year 1 to 5138: what Ruby and a Date write alike, and a number of seconds can be told from milliseconds.
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 100_000_000_000_000;

/**
 * @param of whose options they are, for what is wrong with them
 * @returns undefined when at once
 * @throws InvalidJobError naming the option, what came and what to do
 */
export const whenOf = (of: string, wait: unknown, until: unknown): When | undefined => {
  if (until !== undefined) {
    const atMs = instantMs(until);
    if (atMs >= EARLIEST_MS && atMs <= LATEST_MS) return { atMs };
    throw new InvalidJobError(
      `Expected \`waitUntil\` of ${of} to be a Date, or seconds since 1970, before the year 5138, got ${shown(until)}. Pass seconds from now as \`wait\`.`,
    );
  }
  if (wait === undefined) return undefined;
  const inMs = typeof wait === "number" ? wait * 1_000 : Number.NaN;
  if (Math.abs(inMs) <= LONGEST_WAIT_MS) return { inMs };
  throw new InvalidJobError(
    `Expected \`wait\` of ${of} to be seconds up to 1,000,000,000, got ${shown(wait)}. Pass 60 for in a minute, or a Date as \`waitUntil\`.`,
  );
};

const instantMs = (until: unknown): number => {
  if (until instanceof Date || typeof until === "number") return secondsOf(until) * 1_000;
  const ms: unknown = isRecord(until) ? until["epochMilliseconds"] : undefined;
  return typeof ms === "number" ? ms : Number.NaN;
};
