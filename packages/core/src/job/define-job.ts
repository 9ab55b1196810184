/** Job definitions: a name on the wire, Sidekiq's options, and a handler whose arguments are typed once. */
import { InvalidArgumentsError, InvalidJobError } from "../errors.ts";
import { shown } from "../report/inspect.ts";
import { argsCheck } from "./args-check.ts";
import { withBigIntegers } from "./big-integers.ts";
import type { HonestIntegers } from "./big-integers.ts";
import { defaultClient } from "../client/default-client.ts";
import { checkDefinition, checkOwnOptions, DEFINE_ONLY, pushOptionsOf } from "./definition.ts";
import type { CheckedJobOptions, DefineJobOptions, RunnerOption } from "./definition.ts";
import type { Handler, JobContext, RetryHooks } from "./job-context.ts";
import { runsElsewhere } from "./inline.ts";
import { isMarkedJob, JOB, runHandler } from "./runnable.ts";
import type { Runnable } from "./runnable.ts";
import type { ArgsSchema, InputArgs, OutputArgs } from "./standard-schema.ts";
import { refuseMisspelled, SET_ONLY } from "./job-option-names.ts";
import { JobSetter } from "./job-setter.ts";
import { checkOptions } from "../client/normalize.ts";

/** A job that can be pushed from here, and run here if it has a handler. */
export class Job<Args extends readonly unknown[]> extends JobSetter<Args> implements Runnable {
  readonly [JOB] = true;
  /** The class name on the wire, what Ruby calls it. */
  readonly name: string;
  readonly definition: DefineJobOptions | CheckedJobOptions;
  readonly handler: Handler<Args> | undefined;
  /** What the definition says of failures. */
  readonly hooks: RetryHooks;
  /** `timeout` in milliseconds. */
  readonly timeoutMs: number | undefined;

  constructor(
    name: string,
    definition: DefineJobOptions | CheckedJobOptions,
    handler: Handler<readonly unknown[]> | undefined,
  ) {
    checkName(name);
    checkDefinition(name, definition);
    const options = pushOptionsOf(definition);
    refuseMisspelled(name, options, DEFINE_ONLY, SET_ONLY);
    checkOwnOptions(name, definition, handler !== undefined);
    checkOptions({ ...options, class: name });
    const { args, bigIntegers = "bigint", client, invalidArgs, timeout } = definition as CheckedJobOptions;
    const check = (args as unknown) === undefined ? undefined : argsCheck(name, args, handler && bigIntegers);
    // A subclass may have a run() of its own: inline, that is what runs.
    const self: { job?: Runnable } = {};
    super({
      name,
      options,
      run: handler && ((job) => self.job?.run(job)),
      check: check?.beforePush,
      client: () => client ?? defaultClient(),
    });
    self.job = this;
    this.name = name;
    this.definition = definition;
    this.handler = handler && withBigIntegers(check ? check.around(handler) : handler, bigIntegers);
    this.timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
    const { retryIn, retriesExhausted } = definition;
    // Named one by one: an option of somebody's own travels with the job, whatever its name.
    this.hooks = {
      retryIn,
      retriesExhausted,
      isFatal: invalidArgs === "kill" ? isInvalidFor(name) : undefined,
    };
  }

  /**
   * Calls the handler with the arguments of the job's payload.
   *
   * @returns what the handler returns
   * @throws what the handler throws; InvalidJobError for a `remoteJob()`, which has none
   */
  run(job: JobContext): unknown {
    if (!this.handler) throw runsElsewhere(this.name);
    return runHandler(this.handler as Handler<readonly unknown[]>, job);
  }
}

/** Whether a value is a job of `defineJob` or `remoteJob`, from whichever copy of the library. */
export const isJob = (value: unknown): value is Job<readonly unknown[]> => isMarkedJob(value);

/**
 * Defines a job that this code runs. Argument types are inferred from the handler; an integer that may be beyond 2^53
 * is typed `number | bigint`, since it is a number below.
 *
 * @example
 * export const welcome = defineJob("WelcomeJob", { queue: "mailers", retry: 5 }, async (job, userId: number) => {
 *   job.logger.info({ userId }, "sending");
 * });
 * await welcome.performAsync(42);
 *
 * @throws InvalidJobError when the name or an option breaks Sidekiq's rules, ConfigError when `client` is there and is none
 */
export function defineJob<Args extends readonly unknown[]>(
  name: string,
  handler: Handler<Args> & HonestIntegers<Args>,
): Job<Args>;
export function defineJob<Schema extends ArgsSchema>(
  name: string,
  options: CheckedJobOptions<Schema & HonestIntegers<InputArgs<Schema>>>,
  handler: Handler<OutputArgs<Schema>>,
): Job<InputArgs<Schema>>;
export function defineJob<Args extends readonly unknown[]>(
  name: string,
  options: DefineJobOptions,
  handler: Handler<Args> & HonestIntegers<Args>,
): Job<Args>;
export function defineJob(
  name: string,
  optionsOrHandler: DefineJobOptions | CheckedJobOptions | Handler<never>,
  handler?: Handler<never>,
): Job<readonly unknown[]> {
  if (typeof optionsOrHandler === "function" && handler !== undefined) {
    throw new InvalidJobError(
      `Expected the function that runs \`${name}\` to come last, got something behind it. ` +
        `Write defineJob("${name}", options, handler).`,
    );
  }
  const [options, run] =
    typeof optionsOrHandler === "function" ? [{}, optionsOrHandler] : [optionsOrHandler, handler];
  if (typeof run !== "function") {
    throw new InvalidJobError(
      `Expected a function that runs \`${name}\`, got ${shown(run)}. Use remoteJob() for a job that Ruby runs.`,
    );
  }
  return new Job(name, options, run as Handler<readonly unknown[]>);
}

/**
 * A job that Ruby implements, typed by its arguments.
 *
 * @example
 * const broadcast = remoteJob<[contactId: number]>("BroadcastWorker", { queue: "critical" });
 * await broadcast.performAsync(7);
 */
export function remoteJob<Args extends readonly unknown[]>(
  name: string,
  options?: Omit<DefineJobOptions, RunnerOption>,
): Job<Args>;
export function remoteJob<Schema extends ArgsSchema>(
  name: string,
  options: Omit<CheckedJobOptions<Schema>, RunnerOption>,
): Job<InputArgs<Schema>>;
export function remoteJob(
  name: string,
  options: DefineJobOptions | CheckedJobOptions = {},
  ...behind: readonly unknown[]
): Job<readonly unknown[]> {
  if (typeof options === "function" || typeof behind[0] === "function") {
    throw new InvalidJobError(
      `Expected remoteJob() of \`${name}\` to get no function, got one: what it pushes runs elsewhere. ` +
        `Write defineJob("${name}", options, handler) for a job that runs here, or leave the function out.`,
    );
  }
  return new Job(name, options, undefined);
}

// Ruby's pages print class names unescaped, and metrics fields are split on `|` (WIRE §8.3).
const NAME = /^[\p{L}_$][\p{L}\p{N}_$:./-]*$/u;

export const checkName = (name: unknown): void => {
  if (typeof name === "string" && NAME.test(name)) return;
  throw new InvalidJobError(
    `Expected a job's name to be a class name such as \`SendWelcomeJob\` or \`Billing::ChargeJob\`, got ${shown(name)}.`,
  );
};

/** By its class, for a job that runs another inline may fail of the other's arguments. */
const isInvalidFor =
  (name: string) =>
  (error: unknown): boolean =>
    error instanceof InvalidArgumentsError && error.jobClass === name;
