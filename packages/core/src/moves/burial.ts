/** How a job is put into the dead set: its time of death, and what the trim leaves of the others (WIRE §6.5). */
import { scoreOf } from "../wire/time.ts";

/** Sidekiq's limits of the dead set (WIRE §7.8); Infinity where nobody has said one. */
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

// No score lies below it, and no set has so many members. A script writes longer numbers with an exponent, which is no rank.
const NOBODY = "(-inf";
const EVERYBODY = 2 ** 31 - 1;

/** The burial of a job that dies at this instant. */
export const burialAt = (nowMs: number, { deadMaxJobs, deadTimeoutInSeconds }: DeadSetLimits): Burial => ({
  score: scoreOf(nowMs),
  oldest: deadTimeoutInSeconds === Infinity ? NOBODY : scoreOf(nowMs - deadTimeoutInSeconds * 1_000),
  maxJobs: Math.min(deadMaxJobs, EVERYBODY),
});
