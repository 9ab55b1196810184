/** The chain that wraps a run. */
import type { Chain } from "../config/chain.ts";
import type { JobContext } from "./job-context.ts";
import type { InvalidJobError } from "../errors.ts";
import { isVerdict, uncalledVerdict, verdictOf } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Wraps every run of a job. A verdict that the job returns, such as `snooze(60)`, goes past it, unless it answers one of
 * its own or throws. What it throws counts, whatever the job has said: a verdict as that, anything else as the job's
 * failure. One that the job throws it can catch: rethrown it is that verdict, and wrapped in an error it is a failure.
 */
export type ServerMiddleware = (
  job: JobContext,
  next: () => Promise<void>,
) => Promise<Verdict | void> | Verdict | void;

type Run = (job: JobContext) => unknown;

/** A chain around whatever runs the job, composed once for all jobs. */
export interface ServerRun {
  /** Runs the job; without middleware it is that itself. */
  readonly perform: Run;
  /**
   * The verdict of a run that has returned this, if there is one; an error when that is no verdict that can be carried out.
   * Each run is asked of once, here or there.
   */
  readonly returned: (job: JobContext, value: unknown) => Verdict | InvalidJobError | undefined;
  /** The verdict of a run that has thrown this, if it is one. */
  readonly threw: (job: JobContext, error: unknown) => Verdict | InvalidJobError | undefined;
}

/** Composes the chain around `run`. */
export const composeServerChain = ({ calls }: Chain<ServerMiddleware>, run: Run): ServerRun => {
  // Verdicts that middleware was not shown. Empty but for the moments between a verdict and the end of its run.
  const verdicts = new Map<JobContext, unknown>();
  const keep = (job: JobContext, ended: unknown): void => {
    if (isVerdict(ended)) verdicts.set(job, ended);
    // A middleware that calls `next` again means the last run.
    else if (verdicts.size > 0) verdicts.delete(job);
  };
  const perform = calls.reduceRight<Run>(
    (inner, middleware) => (job) =>
      middleware(job, async () => {
        try {
          const value = await inner(job);
          const uncalled = uncalledVerdict(value);
          if (uncalled) throw uncalled;
          keep(job, value);
        } catch (error) {
          keep(job, error);
          throw error;
        }
      }),
    run,
  );
  const takeKept = (job: JobContext): unknown => {
    if (verdicts.size === 0) return undefined;
    const kept = verdicts.get(job);
    verdicts.delete(job);
    return kept;
  };
  return {
    perform,
    returned: (job, value) => {
      const kept = takeKept(job);
      const last = isVerdict(value) ? value : kept;
      return last === undefined ? uncalledVerdict(value) : verdictOf(last);
    },
    threw: (job, error) => {
      takeKept(job);
      return isVerdict(error) ? verdictOf(error) : undefined;
    },
  };
};
