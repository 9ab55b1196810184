/** Options that are numbers: each is as it came, or refused by name. */
import { ConfigError } from "@tsq/core";
import { numberFrom } from "@tsq/core/protocol";
import { LONGEST_TIMER_MS } from "../within.ts";

/** Seconds; half as much again, as Sidekiq spreads it, is still within what a timer holds. */
const LONGEST_POLL_SECONDS = 1_000_000;

const atMost = (name: string, value: number, most: number): number => {
  if (value <= most) return value;
  throw new ConfigError(`Expected \`${name}\` to be at most ${most}, got \`${value}\`. Set it lower.`);
};

export const timer = (name: string, value: unknown): number =>
  atMost(name, numberFrom(name, value, 0), LONGEST_TIMER_MS);

export const pollInterval = (name: string, value: unknown): number =>
  atMost(name, above0(name, value), LONGEST_POLL_SECONDS);

const above0 = (name: string, value: unknown): number => {
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  throw new ConfigError(`Expected \`${name}\` to be a number above 0, got \`${String(value)}\`.`);
};
