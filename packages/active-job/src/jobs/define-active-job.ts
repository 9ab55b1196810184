/** Jobs of ActiveJob that this code runs: what Ruby's `perform_later` has enqueued, and what performLater() does. */
import { InvalidJobError } from "@tsq/core";
import type { JobContext, RetryHooks, Runnable } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isThenable } from "@tsq/core/protocol";
import { envelopeIn } from "../enqueue/envelope.ts";
import { retryJob } from "./retry-job.ts";
import type { Target } from "../enqueue/target.ts";
import { decodeArguments } from "../enqueue/values.ts";
import { rescueWith } from "../failures/rescue.ts";
import type { Rescuing } from "../failures/rescue.ts";
import { afterDiscardOf } from "../failures/discarded.ts";
import { rulesOf } from "../failures/rescues.ts";
import type { ActiveJobContext } from "./active-job-context.ts";
import { RunningActiveJob } from "./running-active-job.ts";
import type { Retry } from "./running-active-job.ts";
import { ActiveJob, targetBy } from "./active-job.ts";
import { callAround } from "../callbacks.ts";
import type { Step } from "../callbacks.ts";
import { stepsOf } from "./options.ts";
import type { DefineActiveJobOptions } from "./options.ts";

/** What runs a job of ActiveJob. */
export type ActiveJobHandler<Args extends readonly unknown[], Job = ActiveJobContext> = (
  job: Job,
  ...args: Args
) => unknown;

/** How a definition runs. */
export interface Runner extends Rescuing<RunningActiveJob> {
  readonly steps: readonly Step<RunningActiveJob>[];
  readonly perform: (job: RunningActiveJob) => unknown;
}

/** A job of ActiveJob that can be enqueued from here, and that a worker runs. */
export class RunnableActiveJob<Args extends readonly unknown[]> extends ActiveJob<Args> implements Runnable {
  readonly isWrapped = true;
  readonly hooks: RetryHooks;
  readonly timeoutMs: number | undefined;
  readonly #runner: Runner;
  readonly #retry: Retry;

  constructor(name: string, target: Target, options: DefineActiveJobOptions<never>, runner: Runner) {
    const self: { job?: Runnable } = {};
    super({ ...target, run: (job) => self.job?.run(job) }, name);
    self.job = this;
    const { retryIn, retriesExhausted, timeout } = options;
    this.hooks = { retryIn, retriesExhausted };
    this.timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
    this.#runner = runner;
    this.#retry = (running, how) => retryJob(target, running, how);
  }

  /**
   * Decodes the arguments of the payload and calls the handler amid its callbacks; what it throws goes to the rules of
   * `retryOn`, `discardOn` and `rescueFrom`.
   *
   * @returns what the handler returns
   * @throws what no rule is for; MalformedPayloadError when the payload is none of ActiveJob's
   */
  run(job: JobContext): unknown {
    const running = new RunningActiveJob(job, envelopeIn(job.payload, this.name), this.#retry);
    const { rules, afterDiscard } = this.#runner;
    if (rules.length === 0 && afterDiscard.length === 0) return this.#attempt(running);
    let value: unknown;
    try {
      value = this.#attempt(running);
    } catch (error) {
      return rescueWith(this.#runner, running, error);
    }
    if (!isThenable(value)) return value;
    return Promise.resolve(value).catch((error: unknown) => rescueWith(this.#runner, running, error));
  }

  #attempt(running: RunningActiveJob): unknown {
    const decoded = decodeArguments(running.envelope.arguments);
    if (decoded instanceof Promise) return decoded.then((args) => this.#perform(running, args));
    return this.#perform(running, decoded);
  }

  #perform(running: RunningActiveJob, args: readonly unknown[]): unknown {
    running.arguments = args;
    const { steps, perform } = this.#runner;
    if (steps.length === 0) return perform(running);
    return callAround(steps, running, () => perform(running)).then(({ value }) => value);
  }
}

/**
 * Defines a job of ActiveJob that this code runs, by the name of its class in Ruby. It takes what `perform_later` has
 * enqueued, and can be enqueued from here as what `activeJob()` returns.
 *
 * @example
 * export const notify = defineActiveJob(
 *   "SendNotificationJob",
 *   {
 *     queue: "default",
 *     retryOn: [{ error: RateLimitError, wait: "polynomially_longer", attempts: 5 }],
 *     discardOn: ["ActiveJob::DeserializationError"],
 *   },
 *   async (job, userId: number, message: string) => {
 *     job.logger.info({ userId, executions: job.executions }, message);
 *   },
 * );
 *
 * @throws InvalidJobError when the name or an option breaks the rules of Sidekiq or of ActiveJob
 */
export function defineActiveJob<Args extends readonly unknown[]>(
  name: string,
  handler: ActiveJobHandler<Args>,
): RunnableActiveJob<Args>;
export function defineActiveJob<Args extends readonly unknown[]>(
  name: string,
  options: DefineActiveJobOptions,
  handler: ActiveJobHandler<Args>,
): RunnableActiveJob<Args>;
export function defineActiveJob(
  name: string,
  optionsOrHandler: DefineActiveJobOptions | ActiveJobHandler<never>,
  handler?: ActiveJobHandler<never>,
): RunnableActiveJob<readonly unknown[]> {
  const [options, run] = optionsAndHandler<DefineActiveJobOptions>(
    "defineActiveJob",
    name,
    optionsOrHandler,
    handler,
  );
  const target = targetBy({ name }, options, () => {});
  const perform = (job: RunningActiveJob): unknown => run(job, ...job.arguments);
  return new RunnableActiveJob(name, target, options, runnerBy(name, options, perform));
}

/** How a job with these options runs. */
export const runnerBy = (
  name: string,
  options: DefineActiveJobOptions<never>,
  perform: Runner["perform"],
): Runner => {
  const afterDiscard = afterDiscardOf<RunningActiveJob>(name, options.afterDiscard);
  return {
    rules: rulesOf(name, options as DefineActiveJobOptions<RunningActiveJob>, afterDiscard),
    afterDiscard,
    steps: stepsOf<RunningActiveJob>(name, options, "Perform"),
    perform,
  };
};

/** @throws InvalidJobError when there is no function, or it is not the last */
export const optionsAndHandler = <Options extends object>(
  maker: string,
  name: string,
  optionsOrHandler: Options | ((...args: never) => unknown),
  handler: ((...args: never) => unknown) | undefined,
): readonly [Options, (...args: readonly unknown[]) => unknown] => {
  const isFirst = typeof optionsOrHandler === "function";
  const run: unknown = isFirst ? optionsOrHandler : handler;
  if (typeof run !== "function" || (isFirst && handler !== undefined)) {
    const got = isFirst ? "something behind it" : shown(run);
    throw new InvalidJobError(
      `Expected the function that runs \`${name}\` to come last, got ${got}. Write ${maker}(…, options, handler); ` +
        "use activeJob() for a job that Ruby runs.",
    );
  }
  // What it takes its type knows.
  return [(isFirst ? {} : optionsOrHandler) as Options, run as (...args: readonly unknown[]) => unknown];
};
