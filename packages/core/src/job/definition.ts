/**
 * The options of a definition. A row says what one may be, whether it is for whoever runs the job, and where else it
 * belongs; the types, the refusals and what travels in the payload are read from the rows.
 */
import { InvalidJobError } from "../errors.ts";
import { checkClient } from "../client/job-client.ts";
import type { JobClient } from "../client/job-client.ts";
import { inspect } from "../report/inspect.ts";
import { LONGEST_TIMER_MS } from "../wire/time-limits.ts";
import { isTruthy } from "../wire/payload.ts";
import type { JobOptions, Payload } from "../wire/payload.ts";
import type { BigIntegers } from "./big-integers.ts";
import type { RetryDelay } from "./job-context.ts";
import type { ArgsSchema } from "./standard-schema.ts";

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

type Definition = DefineJobOptions | CheckedJobOptions;
/** All that are not Sidekiq's. */
type OwnOption = Exclude<keyof DefineJobOptions | keyof CheckedJobOptions, keyof JobOptions>;

interface Row {
  /** What to do with it where it has no effect. */
  readonly place: string;
  /** Of no use to a `remoteJob()`, which runs elsewhere. */
  readonly isForRunner?: true;
  /** Goes on with Sidekiq's options: a push makes of it what travels. */
  readonly isOfPush?: true;
  /** @throws InvalidJobError, or ConfigError of a client */
  readonly check?: Check;
}

type Check = (of: string, value: unknown, definition: Readonly<Record<string, unknown>>) => void;

const RUNNER = { place: "give it to defineJob()", isForRunner: true } as const;

const refusal = (
  of: string,
  option: string,
  expected: string,
  value: unknown,
  remedy = "",
): InvalidJobError =>
  new InvalidJobError(
    `Expected \`${option}\` of ${of} to be ${expected}, got \`${inspect(value)}\`.${remedy}`,
  );

const hook =
  (option: string): Check =>
  (of, value) => {
    if (isTruthy(value) && typeof value !== "function")
      throw refusal(of, option, "a function", value, ` Write \`${option}: (…) => …\`, or leave it out.`);
  };

const LONGEST_TIMEOUT_SECONDS = Math.floor(LONGEST_TIMER_MS / 1_000);

const checkTimeout: Check = (of, value) => {
  if (value === undefined || (typeof value === "number" && value > 0 && value <= LONGEST_TIMEOUT_SECONDS))
    return;
  const expected = `seconds above 0, up to ${LONGEST_TIMEOUT_SECONDS}`;
  throw refusal(of, "timeout", expected, value, " Leave it out for none.");
};

const checkBigIntegers: Check = (of, value) => {
  if (value === undefined || value === "bigint" || value === "string" || value === "number") return;
  throw refusal(of, "bigIntegers", '"bigint", "string" or "number"', value, ' Leave it out for "bigint".');
};

const checkInvalidArgs: Check = (of, value, { args }) => {
  if (value === undefined) return;
  if (value !== "retry" && value !== "kill")
    throw refusal(of, "invalidArgs", '"retry" or "kill"', value, ' Leave it out for "retry".');
  if (args === undefined) {
    throw new InvalidJobError(
      `Expected \`invalidArgs\` of ${of} beside an \`args\` schema, got it without: no arguments are invalid. Add \`args\`, or leave it out.`,
    );
  }
};

const ROWS = {
  args: { place: "give it to defineJob() or remoteJob()" },
  invalidArgs: { ...RUNNER, check: checkInvalidArgs },
  retryIn: { ...RUNNER, check: hook("retryIn") },
  retriesExhausted: { ...RUNNER, check: hook("retriesExhausted") },
  bigIntegers: { ...RUNNER, check: checkBigIntegers },
  timeout: { ...RUNNER, check: checkTimeout },
  client: {
    place: "give it to defineJob() or set()",
    check: (of, _, definition) => checkClient(of, definition),
  },
  // As an option of a push it is checked with Sidekiq's.
  deadline: { place: "give it to defineJob() or set()", isOfPush: true },
} as const satisfies Readonly<Record<OwnOption, Row>>;

/** They are for whoever runs the job. */
export type RunnerOption = {
  [Name in OwnOption]: (typeof ROWS)[Name] extends { readonly isForRunner: true } ? Name : never;
}[OwnOption];

const OWN: readonly (readonly [name: string, row: Row])[] = Object.entries(ROWS);

/** Which options stay with a definition. */
export const DEFINE_ONLY: readonly string[] = Object.keys(ROWS);

/** What to do with each of them where it has no effect. */
export const DEFINE_PLACES: Readonly<Record<string, string>> = Object.fromEntries(
  OWN.map(([name, { place }]) => [name, place]),
);

/** @throws InvalidJobError when they are no object */
export const checkDefinition = (of: string, definition: unknown): void => {
  if (typeof definition === "object" && definition !== null && !Array.isArray(definition)) return;
  throw new InvalidJobError(
    `Expected the options of ${of} to be an object, got \`${inspect(definition)}\`. Leave them out, or pass \`{}\`.`,
  );
};

/** The options that are for a push. */
export const pushOptionsOf = (definition: Definition): JobOptions =>
  Object.fromEntries(
    Object.entries(definition).filter(([name]) => OWN.every(([own, row]) => name !== own || row.isOfPush)),
  );

/**
 * Checks the options that are the definition's own.
 *
 * @throws InvalidJobError when one is wrong, or for whoever runs the job where that is not here; ConfigError when
 * `client` is there and is none
 */
export const checkOwnOptions = (of: string, definition: Definition, isRunHere: boolean): void => {
  const values: Readonly<Record<string, unknown>> = { ...definition };
  for (const [name, { isForRunner }] of OWN) {
    if (isRunHere || !isForRunner || values[name] === undefined) continue;
    throw new InvalidJobError(
      `Expected the options of ${of} to have no \`${name}\`: it would never be read, for a remoteJob() runs elsewhere. Leave it out.`,
    );
  }
  for (const [name, { check }] of OWN) check?.(of, values[name], values);
};
