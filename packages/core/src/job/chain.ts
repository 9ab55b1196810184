/** The chain that wraps a run. */
import type { Chain } from "../config/chain.ts";
import type { JobContext } from "./job-context.ts";
import { isVerdict, uncalledVerdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Wraps every run of a job. What it throws counts as the job's failure. A verdict of the job, such as `snooze(60)`, goes
 * past it, unless it answers or throws one of its own.
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
  /** The verdict of a run that has returned this, if there is one. Each run is asked of once, here or there. */
  readonly returned: (job: JobContext, value: unknown) => Verdict | undefined;
  /** The verdict of a run that has thrown this, if it is one. */
  readonly threw: (job: JobContext, error: unknown) => Verdict | undefined;
}

/** Composes the chain around `run`. */
export const composeServerChain = ({ calls }: Chain<ServerMiddleware>, run: Run): ServerRun => {
  // Verdicts that middleware was not shown. Empty but for the moments between a verdict and the end of its run.
  const verdicts = new Map<JobContext, Verdict>();
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
  const takeKept = (job: JobContext): Verdict | undefined => {
    if (verdicts.size === 0) return undefined;
    const kept = verdicts.get(job);
    verdicts.delete(job);
    return kept;
  };
  return {
    perform,
    returned: (job, value) => {
      const kept = takeKept(job);
      return isVerdict(value) ? value : kept;
    },
    threw: (job, error) => {
      takeKept(job);
      return isVerdict(error) ? error : undefined;
    },
  };
};
