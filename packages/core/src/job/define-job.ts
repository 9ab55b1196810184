/** Job definitions: a name on the wire, Sidekiq's options, and a handler whose arguments are typed once. */
import { InvalidArgumentsError, InvalidJobError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import { isTruthy } from "../wire/payload.ts";
import type { JobOptions, Payload } from "../wire/payload.ts";
import { argsCheck } from "./args-check.ts";
import { withBigIntegers } from "./big-integers.ts";
import type { BigIntegers, HonestIntegers } from "./big-integers.ts";
import type { JobClient } from "../client/job-client.ts";
import { defaultClient } from "../client/default-client.ts";
import type { Handler, JobContext, RetryDelay, RetryHooks } from "./job-context.ts";
import { runsElsewhere } from "./inline.ts";
import { runHandler } from "./runnable.ts";
import type { Runnable } from "./runnable.ts";
import type { ArgsSchema, InputArgs, OutputArgs } from "./standard-schema.ts";
import { DEFINE_ONLY, refuseMisspelled, SET_ONLY } from "./job-option-names.ts";
import { checkClient, JobSetter } from "./job-setter.ts";
import { checkOptions } from "../client/normalize.ts";

/** Options of `defineJob`: Sidekiq's own travel in the payload, the others stay with the definition. */
export interface DefineJobOptions extends JobOptions {
  /**
   * Seconds until the next attempt, or `"kill"` or `"discard"`; anything else means the usual delay,
   * `count ** 4 + 15` and jitter (WIRE §6.4). `count` is 0 at the first failure.
   */
  retryIn?: (count: number, error: unknown, payload: Readonly<Payload>) => RetryDelay | Promise<RetryDelay>;
  /** Runs before an exhausted job goes to the dead set; answering `"discard"` keeps it out (Sidekiq 7.2). */
  retriesExhausted?: (payload: Readonly<Payload>, error: unknown) => unknown;
  /**
   * How integers beyond 2^53 arrive: exact as `bigint`, as `string`, or rounded as `number`. Smaller ones are numbers
   * always, also where a bigint was pushed: type an id as `number | bigint`, and take `BigInt(id)` where you need one.
   *
   * @default "bigint"
   */
  bigIntegers?: BigIntegers;
  /**
   * Seconds that a run may take in a worker, from the call of the function: more than 0, up to 2,147,483, fractions too.
   * Then `job.signal` aborts with a `JobTimeoutError`. What returns within 5 s more is done, what throws has failed. A run
   * that goes on after that has failed as well, its pushes by `job.client` are rejected, and its place is free.
   *
   * @default as long as it takes
   */
  timeout?: number;
  /** Where pushes of this job go, for sharding. @default the client of `configure()` */
  client?: JobClient;
  /**
   * Until when a job is worth running: seconds from when it is due (above 0, below 1e9), or a Date. Once that is over it
   * is not started, nor tried again; one that runs is told by `job.signal`. Ruby runs it all the same. @default for ever
   */
  deadline?: number | Date;
  /** A schema of the arguments: see `CheckedJobOptions`. */
  args?: undefined;
}

/** Options of a job whose arguments have a schema. */
export interface CheckedJobOptions<Schema extends ArgsSchema = ArgsSchema> extends Omit<
  DefineJobOptions,
  "args"
> {
  /**
   * A schema of the arguments, of a tuple or an array, made with zod, valibot, arktype or another library of Standard
   * Schema. Arguments are checked before they are pushed, as they will arrive, and again before the handler runs,
   * whoever pushed them. What is pushed is what the caller gave; the handler gets what the schema makes of it.
   *
   * @default only what is no native JSON is refused
   */
  args: Schema;
  /**
   * What becomes of a job whose arguments the schema does not take when it is to run: `retry` as after any other error,
   * since a deploy may mend it, or `kill`, to the dead set at once.
   *
   * @default "retry"
   */
  invalidArgs?: "retry" | "kill";
}

/** Marks jobs across copies of this library, as when a loader brings its own. */
const JOB = Symbol.for("tsq.job");

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
    const {
      retryIn,
      retriesExhausted,
      bigIntegers = "bigint",
      timeout,
      client,
      args,
      ...others
    } = definition;
    const { invalidArgs, ...options } = others as typeof others & {
      invalidArgs?: CheckedJobOptions["invalidArgs"];
    };
    refuseMisspelled(name, options, DEFINE_ONLY, SET_ONLY);
    if (!handler) {
      refuseHooks(name, {
        retryIn,
        retriesExhausted,
        bigIntegers: definition.bigIntegers,
        invalidArgs,
        timeout,
      });
    }
    checkHooks(name, { retryIn, retriesExhausted });
    checkBigIntegers(name, bigIntegers);
    checkTimeout(name, timeout);
    checkInvalidArgs(name, invalidArgs, args);
    checkClient(name, definition);
    checkOptions({ ...options, class: name });
    const check = args === undefined ? undefined : argsCheck(name, args, handler && bigIntegers);
    const run = handler && withBigIntegers(check ? check.around(handler) : handler, bigIntegers);
    const perform = run && ((job: JobContext) => runHandler(run, job));
    super({ name, options, run: perform, check: check?.beforePush, client: () => client ?? defaultClient() });
    this.name = name;
    this.definition = definition;
    this.handler = run;
    this.timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
    this.hooks = invalidArgs === "kill" ? killingInvalid(name, definition) : definition;
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
export const isJob = (value: unknown): value is Job<readonly unknown[]> =>
  typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[JOB] === true;

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
      `Expected a function that runs \`${name}\`, got \`${String(run)}\`. Use remoteJob() for a job that Ruby runs.`,
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
  options?: Omit<DefineJobOptions, HandlerOption>,
): Job<Args>;
export function remoteJob<Schema extends ArgsSchema>(
  name: string,
  options: Omit<CheckedJobOptions<Schema>, HandlerOption>,
): Job<InputArgs<Schema>>;
export function remoteJob(
  name: string,
  options: DefineJobOptions | CheckedJobOptions = {},
): Job<readonly unknown[]> {
  return new Job(name, options, undefined);
}

/** They are for whoever runs the job. */
type HandlerOption = "retryIn" | "retriesExhausted" | "bigIntegers" | "invalidArgs";

// Ruby's pages print class names unescaped, and metrics fields are split on `|` (WIRE §8.3).
const NAME = /^[\p{L}_$][\p{L}\p{N}_$:./-]*$/u;

const checkName = (name: unknown): void => {
  if (typeof name === "string" && NAME.test(name)) return;
  throw new InvalidJobError(
    `Expected a job's name to be a class name such as \`SendWelcomeJob\` or \`Billing::ChargeJob\`, got \`${String(name)}\`.`,
  );
};

const checkDefinition = (name: string, definition: unknown): void => {
  if (typeof definition === "object" && definition !== null && !Array.isArray(definition)) return;
  throw new InvalidJobError(
    `Expected the options of ${name} to be an object, got \`${String(definition)}\`. Leave them out, or pass \`{}\`.`,
  );
};

const checkHooks = (name: string, hooks: Readonly<Record<string, unknown>>): void => {
  for (const [hook, value] of Object.entries(hooks)) {
    if (isTruthy(value) && typeof value !== "function") {
      throw new InvalidJobError(
        `Expected \`${hook}\` of ${name} to be a function, got \`${String(value)}\`.`,
      );
    }
  }
};

const refuseHooks = (name: string, hooks: Readonly<Record<string, unknown>>): void => {
  for (const [hook, value] of Object.entries(hooks)) {
    if (value === undefined) continue;
    throw new InvalidJobError(
      `Expected the options of ${name} to have no \`${hook}\`: it would never be read, for a remoteJob() runs elsewhere. Leave it out.`,
    );
  }
};

// What a timer holds.
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

const checkTimeout = (name: string, value: unknown): void => {
  if (value === undefined || (typeof value === "number" && value > 0 && value <= LONGEST_TIMEOUT_SECONDS))
    return;
  throw new InvalidJobError(
    `Expected \`timeout\` of ${name} to be seconds above 0, up to ${LONGEST_TIMEOUT_SECONDS}, got \`${inspect(value)}\`. Leave it out for none.`,
  );
};

const checkBigIntegers = (name: string, value: unknown): void => {
  if (value === "bigint" || value === "string" || value === "number") return;
  throw new InvalidJobError(
    `Expected \`bigIntegers\` of ${name} to be bigint, string or number, got \`${String(value)}\`.`,
  );
};

const checkInvalidArgs = (name: string, value: string | undefined, args: unknown): void => {
  if (value === undefined) return;
  if (value !== "retry" && value !== "kill") {
    throw new InvalidJobError(`Expected \`invalidArgs\` of ${name} to be retry or kill, got \`${value}\`.`);
  }
  if (args === undefined) {
    throw new InvalidJobError(
      `Expected \`invalidArgs\` of ${name} beside an \`args\` schema, got it without: no arguments are invalid. Add \`args\`, or leave it out.`,
    );
  }
};

/** By its class, for a job that runs another inline may fail of the other's arguments. */
const killingInvalid = (name: string, { retryIn, retriesExhausted }: RetryHooks): RetryHooks => ({
  retriesExhausted,
  retryIn: (count, error, payload) =>
    error instanceof InvalidArgumentsError && error.jobClass === name
      ? "kill"
      : retryIn && retryIn(count, error, payload),
});
