/** What a job says of its errors: `retryOn`, `discardOn`, `rescueFrom`, as rules in the order in which Rails asks them. */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { checkOptions, isRecord } from "@tsq/core/protocol";
import { checkPriority, onlyKnown } from "../own-options.ts";
import { matcherOf, rubyNameOf } from "./errors-matched.ts";
import type { ErrorMatch, Matches } from "./errors-matched.ts";
import type { OneOrMany } from "../callbacks.ts";
import { tellDiscarded } from "./discarded.ts";
import type { AfterDiscard } from "./discarded.ts";
import { checkWait, waitSeconds } from "./wait.ts";
import type { Wait } from "./wait.ts";

/** A rule of `retryOn`, as Rails' `retry_on`. */
export interface RetryOn<Job> {
  /** Which errors; several share one count. */
  error: ErrorMatch | readonly ErrorMatch[];
  /** Seconds until the next attempt, or how they are found. @default 3 */
  wait?: Wait;
  /** How often it runs in all, from 1 on, counted for the errors of this rule, in Ruby and here. @default 5 */
  attempts?: number | "unlimited";
  /** What share of the wait is added at most, at random, 0 to 1; not to that of a function. @default `retryJitter` */
  jitter?: number;
  /** The queue of the next attempt; its prefix comes before it. @default the same */
  queue?: string;
  /** The priority of the next attempt, an integer. @default the same */
  priority?: number;
  /** Called after the last attempt. Then the job is done; without it the error goes to Sidekiq's own retry. */
  afterLast?: (job: Job, error: unknown) => unknown;
  /**
   * How Ruby's `retry_on` of this job names these errors, all of them and in its order: attempts are counted by that.
   *
   * @default the names of the classes, or the texts of `error`
   * @example
   * retryOn: [{ error: RateLimitError, rubyName: "Zalo::RateLimitError" }]
   */
  rubyName?: string | readonly string[];
}

/** A rule of `rescueFrom`. */
export interface RescueFrom<Job> {
  /** Which errors. */
  error: ErrorMatch | readonly ErrorMatch[];
  /** Called with such an error. The job is done, unless it throws; `job.retryJob()` enqueues it again. */
  with: (job: Job, error: unknown) => unknown;
}

/** A rule of `discardOn`: an error, or with a function that is told of it. */
export type DiscardOn<Job> = ErrorMatch | Partial<RescueFrom<Job>>;

/**
 * What becomes of a run that throws. As in Rails the rule that is written last is asked first: the options in the order
 * in which they are written, and each list from its end. Where no rule is for the error, those for its `cause` are asked.
 */
export interface Rescues<Job> {
  /** Errors after which the job is enqueued again, as a new job of Sidekiq; this run is done. @default [] */
  retryOn?: readonly RetryOn<Job>[];
  /** Errors after which the job is done. @default [] */
  discardOn?: readonly DiscardOn<Job>[];
  /** Errors that a function takes care of. @default [] */
  rescueFrom?: readonly RescueFrom<Job>[];
  /**
   * Called when ActiveJob is done with a job because of an error, as Rails' `after_discard` (7.1): after `discardOn`, after the
   * last attempt of `retryOn`, and with an error that no rule is for, at each run that ends with one, though Sidekiq may retry
   * it. It comes after `with` and `afterLast`, and before death handlers. Of several all are called, the first that is given
   * first; what the last of those that throw has thrown, the run ends with.
   *
   * @default nobody is told
   */
  afterDiscard?: OneOrMany<AfterDiscard<Job>>;
  /** `jitter` of the rules that have none, as `config.active_job.retry_jitter`: 0.15 in a Rails app by its defaults. @default 0 */
  retryJitter?: number;
}

/** What a rule of `retryOn` says of the next attempt; of queue and priority undefined is the same as before. */
export interface NextAttempt {
  readonly wait: number;
  readonly queue: string | undefined;
  readonly priority: number | undefined;
}

/** What a rule does with a job. */
export interface Rescued {
  readonly class: string;
  readonly executions: number;
  /** Counts one more execution that ended with these errors. @returns how many it were by now */
  count(key: string): number;
  /** @returns the new jid, or null when a callback or a client middleware stopped it */
  retryJob(options: NextAttempt): Promise<string | null>;
  /** Tells the log what has become of it, once it has. */
  tell(what: Told, error: unknown): void;
}

/** What a rule has done with a job. */
export type Told =
  | { readonly kind: "retried"; readonly jid: string; readonly seconds: number }
  /** It should have been enqueued again, and a callback or a client middleware stopped that. */
  | { readonly kind: "stopped" }
  | { readonly kind: "discarded" };

/** One error, or one of several, and what is done about it. */
export interface Rule<Job> {
  readonly matches: Matches;
  readonly rescue: (job: Job, error: unknown) => unknown;
}

/**
 * The rules of some options, first the one that is asked first.
 *
 * @throws InvalidJobError naming the rule, what came and what to do
 */
export const rulesOf = <Job extends Rescued>(
  name: string,
  options: Rescues<Job>,
  afterDiscard: readonly AfterDiscard<Job>[],
): readonly Rule<Job>[] => {
  const rules: Rule<Job>[] = [];
  const { retryJitter = 0 } = options;
  // They get the job that their rule gets.
  const calls = afterDiscard as readonly AfterDiscard<Rescued>[];
  const shared: Shared = { retryJitter, discarded: (job, error) => tellDiscarded(calls, job, error) };
  checkJitter(`retryJitter of ${name}`, retryJitter);
  for (const [option, given] of Object.entries(options) as readonly (readonly [string, unknown])[]) {
    const make = MAKERS[option];
    if (!make || given === undefined) continue;
    if (!Array.isArray(given)) {
      throw new InvalidJobError(
        `Expected \`${option}\` of ${name} to be a list, got ${shown(given)}. Write \`${option}: [ … ]\`.`,
      );
    }
    for (const [i, rule] of given.entries()) {
      const of = `\`${option}[${i}]\` of ${name}`;
      const { errors, rescue } = make(of, rule, shared);
      // As rescue_from does it: each error is a handler of its own.
      for (const error of errors) rules.push({ matches: matcherOf(of, error), rescue });
    }
  }
  return rules.toReversed();
};

/** What the rules of a job have in common. */
interface Shared {
  readonly retryJitter: number;
  readonly discarded: (job: Rescued, error: unknown) => Promise<void>;
}

interface Made {
  readonly errors: readonly unknown[];
  readonly rescue: (job: Rescued, error: unknown) => unknown;
}

const retrying = (of: string, rule: unknown, { retryJitter, discarded }: Shared): Made => {
  const given = checkedRule(of, rule, NAMES.retryOn);
  // Looked at one by one below.
  const {
    wait = 3,
    attempts = 5,
    jitter = retryJitter,
    queue,
    priority,
    afterLast,
  } = given as unknown as RetryOn<Rescued>;
  checkWait(of, wait);
  checkJitter(of, jitter);
  if (attempts !== "unlimited" && !(Number.isSafeInteger(attempts) && attempts >= 1)) {
    throw new InvalidJobError(
      `Expected \`attempts\` of ${of} to be an integer from 1 or "unlimited", got ${shown(attempts)}. Leave it out for 5.`,
    );
  }
  checkFunction(of, "afterLast", afterLast);
  checkOptions({ queue, class: of });
  checkPriority(of, priority);
  const errors = errorsOf(given);
  const key = keyOf(of, given["rubyName"] ?? errors.map((error) => rubyNameOf(error as ErrorMatch)));
  return {
    errors,
    rescue: async (job, error) => {
      const executions = job.count(key);
      if (attempts === "unlimited" || executions < attempts) {
        const seconds = waitSeconds(of, wait, jitter, executions, error);
        const jid = await job.retryJob({ wait: seconds, queue, priority });
        // Only now: a push that is refused enqueues nothing, and the run fails by it.
        job.tell(jid === null ? { kind: "stopped" } : { kind: "retried", jid, seconds }, error);
        return;
      }
      await afterLast?.(job, error);
      await discarded(job, error);
      if (!afterLast) throw error;
    },
  };
};

const discarding = (of: string, rule: unknown, { discarded }: Shared): Made => {
  const given =
    typeof rule === "string" || typeof rule === "function"
      ? { error: rule }
      : checkedRule(of, rule, NAMES.discardOn);
  const { with: tell } = given as Partial<RescueFrom<Rescued>>;
  checkFunction(of, "with", tell);
  return {
    errors: errorsOf(given),
    rescue: async (job, error) => {
      await tell?.(job, error);
      await discarded(job, error);
      // Only now: where one of those throws, the job is not done.
      job.tell({ kind: "discarded" }, error);
    },
  };
};

const rescuing = (of: string, rule: unknown): Made => {
  const given = checkedRule(of, rule, NAMES.rescueFrom);
  const { with: rescue } = given as Partial<RescueFrom<Rescued>>;
  if (rescue === undefined) checkFunction(of, "with", null);
  checkFunction(of, "with", rescue);
  // Checked just now.
  return { errors: errorsOf(given), rescue: rescue as Made["rescue"] };
};

const MAKERS: Readonly<Record<string, (of: string, rule: unknown, shared: Shared) => Made>> = {
  retryOn: retrying,
  discardOn: discarding,
  rescueFrom: rescuing,
};

type GivenRule = Readonly<Record<string, unknown>>;

const NAMES = {
  retryOn: ["error", "wait", "attempts", "jitter", "queue", "priority", "afterLast", "rubyName"],
  discardOn: ["error", "with"],
  rescueFrom: ["error", "with"],
} as const satisfies { readonly [Option in keyof Rescues<never>]: readonly string[] };

const checkedRule = (of: string, rule: unknown, names: readonly string[]): GivenRule => {
  if (isRecord(rule)) onlyKnown(of, rule, names, "{ error: RateLimitError }");
  if (isRecord(rule) && rule["error"] !== undefined) return rule;
  throw new InvalidJobError(
    `Expected ${of} to be an object with an \`error\`, got ${shown(rule)}. Write one such as { error: RateLimitError }.`,
  );
};

const errorsOf = ({ error }: GivenRule): readonly unknown[] => (Array.isArray(error) ? error : [error]);

/** As Ruby inspects the list of a rule's errors. */
const keyOf = (of: string, given: unknown): string => {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (names.every((name) => typeof name === "string" && name !== ""))
    return `[${names.map(String).join(", ")}]`;
  throw new InvalidJobError(
    `Expected \`rubyName\` of ${of} to be a name or a list of names, got ${shown(given)}. Write one such as "Zalo::RateLimitError".`,
  );
};

const checkFunction = (of: string, name: string, value: unknown): void => {
  if (value === undefined || typeof value === "function") return;
  throw new InvalidJobError(
    `Expected \`${name}\` of ${of} to be a function, got ${shown(value ?? undefined)}. Write \`${name}: (job, error) => …\`.`,
  );
};

const checkJitter = (of: string, jitter: unknown): void => {
  if (typeof jitter === "number" && jitter >= 0 && jitter <= 1) return;
  throw new InvalidJobError(
    `Expected \`jitter\` of ${of} to be a number from 0 to 1, got ${shown(jitter)}. Leave it out for none.`,
  );
};
