/** The two chains that wrap a job: one around its push, one around its run. */
import type { JobContext } from "./job/job-context.ts";
import type { Payload } from "./wire/payload.ts";

/**
 * Wraps every push, also the poller's when a job falls due. It may change the payload;
 * not calling `next` stops the push, and the caller gets `null` for its jid.
 */
export type ClientMiddleware = (payload: Payload, next: () => Promise<void>) => Promise<void> | void;

/** Wraps every run of a job. What it throws counts as the job's failure. */
export type ServerMiddleware = (job: JobContext, next: () => Promise<void>) => Promise<void> | void;

/** Runs the chain; true when it reached the end, so that the push may go on. */
export const runClientChain = async (
  chain: readonly ClientMiddleware[],
  payload: Payload,
): Promise<boolean> => {
  let reached = false;
  const step = async (i: number): Promise<void> => {
    const middleware = chain[i];
    if (middleware) await middleware(payload, () => step(i + 1));
    else reached = true;
  };
  await step(0);
  return reached;
};

type Run = (job: JobContext) => unknown;

/** Composes the chain once, around whatever runs the job; without middleware it is that itself. */
export const composeServerChain = (chain: readonly ServerMiddleware[], run: Run): Run =>
  chain.reduceRight<Run>(
    (inner, middleware) => (job) =>
      middleware(job, async () => {
        await inner(job);
      }),
    run,
  );
