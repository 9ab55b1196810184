/** What a worker can run, and where it finds it. */
import type { JobOptions, RawPayload } from "../wire/payload.ts";
import type { Handler, JobContext, RetryHooks } from "./job-context.ts";

/** Something that runs for the payloads of one class. `Job` is the one that `defineJob` makes. */
export interface Runnable {
  /** For metrics, logs and the Busy page. */
  readonly name: string;
  /** Sidekiq's options of the class, which count where the payload has none of its own. */
  readonly options: JobOptions;
  /** Asked when a run has failed. */
  readonly hooks: RetryHooks;
  /** How long a run may take, in milliseconds, counted from the call of `run`. @default for ever */
  readonly timeoutMs?: number | undefined;
  /** How long a run may take to end after that. @default 5_000 */
  readonly graceMs?: number | undefined;
  /** Runs the job; takes its own arguments from `job.payload`. */
  run(job: JobContext): unknown;
}

/** What a worker finds its jobs in. */
export interface Registry {
  /** What runs this payload; undefined when nothing here does. */
  find(payload: RawPayload): Runnable | undefined;
  /** The classes on the wire that it has something for. */
  readonly names: readonly string[];
}

/** Calls a handler with the arguments in the payload, spread as Ruby's splat does (WIRE §6.8). */
export const runHandler = (handler: Handler<readonly unknown[]>, job: JobContext): unknown =>
  handler(job, ...argsOf(job.payload.args));

/** No `args` is no argument, anything but an array is one. */
const argsOf = (args: unknown): readonly unknown[] => {
  if (Array.isArray(args)) return args;
  return args === null || args === undefined ? [] : [args];
};

/** A job from whichever copy of this library: those from before `run` have a handler and their definition. */
export interface AnyJob {
  readonly name: string;
  readonly options: JobOptions;
  readonly definition: RetryHooks;
  readonly handler: Handler<readonly unknown[]> | undefined;
  readonly run?: (job: JobContext) => unknown;
}

/** The job as what runs; undefined when it has nothing to run, as that of `remoteJob`. */
export const runnableOf = (job: AnyJob): Runnable | undefined => {
  const { name, options, definition, handler } = job;
  if (!handler) return undefined;
  if (typeof job.run === "function") return job as AnyJob & Runnable;
  return { name, options, hooks: definition, run: (context) => runHandler(handler, context) };
};
