/** Finds the rule for what a run has thrown, and follows it, as Rails' `rescue_with_handler` does. */
import type { JobContext } from "@tsq/core";
import { isVerdict } from "@tsq/core/protocol";
import { tellDiscarded } from "./discarded.ts";
import type { AfterDiscard } from "./discarded.ts";
import type { Rule } from "./rescues.ts";

/** What is done about errors. */
export interface Rescuing<Job> {
  readonly rules: readonly Rule<Job>[];
  readonly afterDiscard: readonly AfterDiscard<Job>[];
}

/**
 * Follows the rule for an error, or for one of its causes.
 *
 * @throws the error, when there is none; what the rule throws, or a callback that is told
 */
export const rescueWith = async <Job extends Pick<JobContext, "signal">>(
  { rules, afterDiscard }: Rescuing<Job>,
  job: Job,
  thrown: unknown,
): Promise<void> => {
  // `throw snooze(60)` is no error.
  if (isVerdict(thrown)) throw thrown;
  const reason: unknown = job.signal.aborted ? job.signal.reason : undefined;
  const isTimedOut = (reason as { readonly code?: unknown } | undefined)?.code === "TSQ_TIMEOUT";
  // Given away it runs elsewhere, and cancelled or late not at all: nobody may enqueue it again.
  if (reason !== undefined && !isTimedOut) throw thrown;
  // What throws when its timeout is over has failed by that, whatever it throws.
  const error = isTimedOut ? reason : thrown;
  const found = ruleFor(rules, error);
  if (!found) {
    await tellDiscarded(afterDiscard, job, error);
    throw thrown;
  }
  await found.rule.rescue(job, found.error);
};

const ruleFor = <Job>(
  rules: readonly Rule<Job>[],
  thrown: unknown,
): { readonly rule: Rule<Job>; readonly error: unknown } | undefined => {
  const visited = new Set<unknown>();
  for (
    let error = thrown;
    error !== undefined && error !== null && !visited.has(error);
    error = causeOf(error)
  ) {
    visited.add(error);
    const rule = rules.find(({ matches }) => matches(error));
    if (rule) return { rule, error };
  }
  return undefined;
};

const causeOf = (error: unknown): unknown => {
  try {
    return error instanceof Error ? error.cause : undefined;
  } catch {
    // A getter of somebody's own.
    return undefined;
  }
};
