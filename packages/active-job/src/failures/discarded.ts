/** Tells that a job is discarded: what Rails 7.1 has as `after_discard`. */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";

/** Told of a job that ActiveJob is done with, and of the error. What it answers does not matter. */
export type AfterDiscard<Job> = (job: Job, error: unknown) => unknown;

/**
 * The callbacks of `afterDiscard`, in their order.
 *
 * @throws InvalidJobError when one is no function
 */
export const afterDiscardOf = <Job>(of: string, given: unknown): readonly AfterDiscard<Job>[] => {
  if (given === undefined) return [];
  const calls: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const call of calls) {
    if (typeof call === "function") continue;
    throw new InvalidJobError(
      `Expected \`afterDiscard\` of ${of} to be a function or a list of functions, got ${shown(call)}. Write \`afterDiscard: (job, error) => …\`, or leave it out.`,
    );
  }
  // Its arguments only its type knows.
  return calls as readonly AfterDiscard<Job>[];
};

/**
 * Calls all of them, the first that was given first, as Rails does.
 *
 * @throws what the last that threw has thrown, once all were called
 */
export const tellDiscarded = async <Job>(
  calls: readonly AfterDiscard<Job>[],
  job: Job,
  error: unknown,
): Promise<void> => {
  const failures: unknown[] = [];
  for (const call of calls) {
    try {
      await call(job, error);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures.at(-1);
};
