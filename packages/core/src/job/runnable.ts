/** What a worker can run, and where it finds it. */
import { LONGEST_TIMER_MS } from "../wire/time-limits.ts";
import { isRecord } from "../config/nearest.ts";
import type { JobOptions, RawPayload } from "../wire/payload.ts";
import type { Handler, JobContext, RetryHooks } from "./job-context.ts";

/**
 * Something that runs for the payloads of one class: a job of `defineJob`, or an object of your own with as much as this.
 *
 * @example
 * const hello: Runnable = { name: "HelloJob", options: { retry: 3 }, hooks: {}, run: (job) => job.logger.info("hello") };
 * const worker = new Worker({ jobs: [hello] });
 */
export interface Runnable {
  /** The class on the wire, or what a payload wraps: see `isWrapped`. No two that a worker runs have the same. */
  readonly name: string;
  /**
   * Runs payloads that wrap its name: as their `wrapped`, whatever their class is, or where a wrapper of ActiveJob has none,
   * as the `job_class` of its first argument. A mail is found by `UserMailer#welcome` first, its mailer and action.
   *
   * @default false: those that have its name as their class
   */
  readonly isWrapped?: boolean | undefined;
  /** Sidekiq's options of the class, which count where the payload has none of its own. */
  readonly options: JobOptions;
  /** Asked when a run has failed. */
  readonly hooks: RetryHooks;
  /** How long a run may take, in milliseconds, counted from the call of `run`; up to 2,147,483,647. @default for ever */
  readonly timeoutMs?: number | undefined;
  /** How many milliseconds a run may take to end after that. `defineJob` has no option for it. @default 5_000 */
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

/** Marks jobs across copies of this library, as when a loader brings its own. */
export const JOB: unique symbol = Symbol.for("tsq.job") as never;

/** A job from whichever copy of this library: those from before `run` have a handler and their definition. */
interface AnyJob {
  readonly name: string;
  readonly options: JobOptions;
  readonly definition: RetryHooks;
  readonly handler: Handler<readonly unknown[]> | undefined;
  readonly run?: (job: JobContext) => unknown;
}

/** By its mark alone. */
export const isMarkedJob = (value: unknown): value is AnyJob =>
  typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[JOB] === true;

/** What runs, of a job or of anything else; undefined when there is nothing to run, as with that of `remoteJob`. */
export const runnableOf = (value: unknown): Runnable | undefined => {
  if (!isMarkedJob(value)) return isRunnable(value) ? value : undefined;
  const { name, options, definition, handler } = value;
  if (!handler) return undefined;
  if (typeof value.run === "function") return value as AnyJob & Runnable;
  return { name, options, hooks: definition, run: (context) => runHandler(handler, context) };
};

/** Whether a worker can run it: a job of `defineJob`, or an object that has all that a `Runnable` has. */
export const isRunnable = (value: unknown): value is Runnable => whyNotRunnable(value) === undefined;

/** What keeps a value from being a `Runnable`, to follow its name in a refusal; undefined when nothing does. */
export const whyNotRunnable = (value: unknown): string | undefined => {
  if (!isRecord(value)) return "which is no object";
  // Getters of a class count: `in` and Object.keys would miss one or the other.
  const { name, options, hooks, run, isWrapped, timeoutMs, graceMs } = value;
  if (typeof name !== "string" || name === "") return "whose `name` is no text";
  if (isMarkedJob(value) && !value.handler) return "which has nothing to run";
  if (!isRecord(options)) return "whose `options` are no object";
  if (!isRecord(hooks)) return "whose `hooks` are no object";
  for (const hook of ["retryIn", "retriesExhausted"]) {
    if (hooks[hook] && typeof hooks[hook] !== "function") return `whose \`${hook}\` is no function`;
  }
  if (typeof run !== "function") return "which has no `run()`";
  if (isWrapped !== undefined && typeof isWrapped !== "boolean") return "whose `isWrapped` is no boolean";
  if (!isTimer(timeoutMs)) return "whose `timeoutMs` is no number of milliseconds that a timer holds";
  if (!isTimer(graceMs)) return "whose `graceMs` is no number of milliseconds that a timer holds";
  return undefined;
};

const isTimer = (ms: unknown): boolean =>
  ms === undefined || (typeof ms === "number" && ms > 0 && ms <= LONGEST_TIMER_MS);
