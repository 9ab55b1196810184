/** What the Ruby processes that are alive can read of ActiveJob. */
import { NEW_WRAPPER, OLD_WRAPPER } from "@tsq/core/protocol";
import type { JobClient } from "@tsq/core";

/** Generations of Sidekiq, by major version. */
export type Generations = ReadonlySet<number>;

const NOBODY: Generations = new Set();

/** Who is alive where this client pushes to; a promise only while that is not known. */
export const generationsOf = (client: JobClient): Generations | Promise<Generations> =>
  client.generations?.() ?? NOBODY;

/**
 * The class of the payload. What is older than 8 may not know the new name (WIRE §13.1): the old one, which all
 * know, is for all fleets but those of 8 and later alone, and for those of whom nothing is known.
 */
export const wrapperFor = (generations: Generations): string =>
  generations.size > 0 && [...generations].every((generation) => generation >= 8) ? NEW_WRAPPER : OLD_WRAPPER;

/** Whether its Rails writes nanoseconds and `scheduled_at` (WIRE §13.2). */
export const isFine = (rails: string | undefined, generations: Generations): boolean => {
  if (rails === undefined) return ![...generations].some((generation) => generation < 7);
  const [major = 0, minor = 0] = rails.split(".").map(Number);
  return major > 7 || (major === 7 && minor >= 1);
};
