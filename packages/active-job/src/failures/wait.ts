/** How long until the next attempt, by the formulas of Rails (WIRE §13.4). */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";

/**
 * Seconds; Rails' `:polynomially_longer`, which is `executions ** 4 + 2` and jitter, or its name up to Rails 7.0; or a
 * function of the executions so far, from 1 on.
 */
export type Wait =
  | number
  | "polynomially_longer"
  | "exponentially_longer"
  | ((executions: number, error: unknown) => number);

const LONGEST_SECONDS = 1_000_000_000;

/** @throws InvalidJobError when a function answers no number of seconds */
export const waitSeconds = (
  of: string,
  wait: Wait,
  jitter: number,
  executions: number,
  error: unknown,
  random = Math.random,
): number => {
  // From the 178th execution on the formula is beyond it.
  const most = (seconds: number): number => Math.min(seconds, LONGEST_SECONDS);
  const spread = (seconds: number): number => seconds + (jitter === 0 ? 0 : random() * seconds * jitter);
  if (typeof wait === "number") return most(spread(wait));
  // Up to Rails 7.0 the same formula had the other name.
  if (typeof wait === "string") return most(spread(executions ** 4) + 2);
  const seconds: unknown = wait(executions, error);
  if (isSeconds(seconds)) return seconds;
  throw new InvalidJobError(
    `Expected \`wait\` of ${of} to answer seconds from 0 to 1,000,000,000, got ${shown(seconds)}. Return a number.`,
  );
};

/** @throws InvalidJobError when it is none */
export const checkWait = (of: string, wait: unknown): void => {
  if (wait === undefined || isSeconds(wait) || typeof wait === "function") return;
  if (wait === "polynomially_longer" || wait === "exponentially_longer") return;
  throw new InvalidJobError(
    `Expected \`wait\` of ${of} to be seconds from 0 to 1,000,000,000, "polynomially_longer" or a function, got ${shown(wait)}. Leave it out for 3 seconds.`,
  );
};

const isSeconds = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= LONGEST_SECONDS;
