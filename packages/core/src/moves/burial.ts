/** How a job is put into the dead set: its time of death, and what the trim leaves of the others (WIRE §6.5). */
import { integerFrom, numberFrom } from "../config/option-checks.ts";
import { scoreOf } from "../wire/time.ts";

/** Sidekiq's limits of the dead set (WIRE §7.8). */
export interface DeadSetLimits {
  /** One less than so many jobs stay, as Sidekiq's trim does. */
  readonly deadMaxJobs: number;
  /** Seconds a job stays. */
  readonly deadTimeoutInSeconds: number;
}

/** What the scripts that bury take. */
export interface Burial {
  /** The time of death. */
  readonly score: string;
  /** Whoever died before it goes. */
  readonly oldest: string;
  readonly maxJobs: number;
}

/**
 * The limits that options ask for, or Sidekiq's: 10,000 jobs, 180 days.
 *
 * @throws ConfigError when one is no number, or leaves no room
 */
export const deadSetLimits = (options: {
  readonly deadMaxJobs?: number | undefined;
  readonly deadTimeoutInSeconds?: number | undefined;
}): DeadSetLimits => ({
  // Zero would make the trim remove what was just added.
  deadMaxJobs: integerFrom("deadMaxJobs", options.deadMaxJobs ?? 10_000, 1),
  deadTimeoutInSeconds: numberFrom("deadTimeoutInSeconds", options.deadTimeoutInSeconds ?? 15_552_000, 0),
});

/** The burial of a job that dies at this instant. */
export const burialAt = (nowMs: number, { deadMaxJobs, deadTimeoutInSeconds }: DeadSetLimits): Burial => ({
  score: scoreOf(nowMs),
  oldest: scoreOf(nowMs - deadTimeoutInSeconds * 1_000),
  maxJobs: deadMaxJobs,
});
