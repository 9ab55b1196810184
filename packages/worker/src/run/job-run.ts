/** A run as extensions and listeners see it. */
import type { JobContext, TsqError } from "@tsq/core";

/** A job that runs, as an extension sees it. */
export interface JobRun extends JobContext {
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Tells the handler to end, by `job.signal`; the first reason stays. What the run counts for is another matter. */
  abort(reason: TsqError): void;
}
