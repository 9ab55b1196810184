/** The chain that wraps a run. */
import type { Chain } from "../config/chain.ts";
import type { JobContext } from "./job-context.ts";

/** Wraps every run of a job. What it throws counts as the job's failure. */
export type ServerMiddleware = (job: JobContext, next: () => Promise<void>) => Promise<void> | void;

type Run = (job: JobContext) => unknown;

/** Composes the chain once, around whatever runs the job; without middleware it is that itself. */
export const composeServerChain = ({ calls }: Chain<ServerMiddleware>, run: Run): Run =>
  calls.reduceRight<Run>(
    (inner, middleware) => (job) =>
      middleware(job, async () => {
        await inner(job);
      }),
    run,
  );
