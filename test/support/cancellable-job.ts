/** A job that goes on until it is aborted or let go, and those of its runs that have begun. */
import { defineJob } from "@tsq/core";
import type { Job, JobContext } from "@tsq/core";
import { gate } from "./gate.ts";

export interface CancellableJob {
  readonly job: Job<readonly unknown[]>;
  /** Lets all of its runs end. */
  readonly open: () => void;
  readonly started: readonly JobContext[];
}

/** @param atAbort what a run does when it is aborted; nothing: it returns */
export const cancellableJob = (atAbort: () => unknown = () => {}): CancellableJob => {
  const { opened, open } = gate();
  const started: JobContext[] = [];
  const job = defineJob("HardJob", async (context) => {
    started.push(context);
    const aborted = new Promise((resolve) => context.signal.addEventListener("abort", resolve));
    await Promise.race([opened, aborted.then(atAbort)]);
  });
  return { job, open, started };
};
