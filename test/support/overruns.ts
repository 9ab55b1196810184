/** Jobs whose timeout and grace are over within a test, and what the log says of runs that go on. */
import { defineJob } from "@tsq/core";
import type { Handler, Job, JobContext } from "@tsq/core";

export const TIMEOUT_SECONDS = 0.05;
export const GRACE_MS = 100;

export const GOES_ON =
  "The job does not end at its timeout; it has failed, and goes on beside the others. A retry that follows may run beside it";
export const CAME_BACK = "A run that went on beyond its timeout has ended; its result counts no more";
export const FULL =
  "Too many jobs go on beyond their timeouts; taking none until one of them ends. Restart the process, and find out why they do not end by `job.signal`";

/** A job whose grace is as short as its timeout. */
export const slow = (handler: Handler<readonly unknown[]>, graceMs = GRACE_MS): Job<readonly unknown[]> =>
  Object.defineProperty(defineJob("SlowJob", { timeout: TIMEOUT_SECONDS, retry: 3 }, handler), "graceMs", {
    value: graceMs,
  });

/** Resolves with why the job is told to end. */
export const told = ({ signal }: JobContext): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));
