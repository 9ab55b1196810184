/** The ways to enqueue a job of ActiveJob, with the options it was defined with or with those of `set()` on top. */
import type { JobClient, JobOptions, Verdict } from "@tsq/core";
import { checkClient, checkOptions, given, refuseMisspelled } from "@tsq/core/protocol";
import { Enqueuer } from "../enqueue/enqueuer.ts";
import { performInline } from "../enqueue/inline.ts";
import { queueName } from "../enqueue/app-settings.ts";
import type { Target } from "../enqueue/target.ts";
import { whenOf } from "../enqueue/when.ts";
import { checkPriority, refuseMisplaced } from "../own-options.ts";
import { NOT_SET } from "./options.ts";
import type { GlobalID } from "../values/global-id.ts";

/** What may be passed for what a handler gets: for an object a `GlobalID` too, of which a resolver makes one (`globalId`). */
type Passed<Arg> = Arg extends readonly (infer Item)[]
  ? Arg | readonly Passed<Item>[]
  : Arg extends object
    ? Arg | GlobalID
    : Arg;

type PassedArgs<Args extends readonly unknown[]> = { readonly [At in keyof Args]: Passed<Args[At]> };

/** The arguments of a call: those of the job, and behind them keyword arguments, made by `kwargs()`. */
export type CallArgs<Args extends readonly unknown[]> =
  | readonly [...PassedArgs<Args>]
  | readonly [...PassedArgs<Args>, keywords: object];

/** What `set()` of a job of ActiveJob takes. */
export interface SetActiveJobOptions extends JobOptions {
  /** Seconds from now, up to 1,000,000,000. @default at once */
  wait?: number;
  /** An instant: a Date, seconds since 1970, or a value of Temporal that is one. One that is past means now. Before the year 5138. */
  waitUntil?: Date | number | { readonly epochMilliseconds: number };
  /** Another queue; its prefix comes before it. */
  queue?: string;
  /** Another priority, an integer. */
  priority?: number;
  /** The client to push with, for sharding. */
  client?: JobClient;
  /** Until when the job is worth running, as in `defineJob()`. */
  deadline?: number | Date;
  /** As in Sidekiq an option of one's own travels in the payload. */
  [key: string]: unknown;
}

/** The options of a job of ActiveJob, and its queue without what stands before it. */
export interface UnprefixedOptions {
  readonly options: JobOptions;
  readonly queue: string | undefined;
  /** Empty where there is none. */
  readonly prefix: string;
  /** Empty for Rails' own. */
  readonly delimiter: string;
}

const SET: readonly string[] = ["wait", "waitUntil", "queue", "priority", "client", "deadline"];

const TARGET: unique symbol = Symbol("target");

/** A job with its arguments, for `performAllLater()`. */
export class ActiveJobCall {
  /** What it is enqueued with. */
  readonly [TARGET]: Target;
  readonly arguments: readonly unknown[];

  constructor(target: Target, args: readonly unknown[]) {
    this[TARGET] = target;
    this.arguments = args;
  }
}

/** What a call is enqueued with. */
export const targetOf = (call: ActiveJobCall): Target => call[TARGET];

/** A job of ActiveJob with the options of one enqueuing or of many: what `set()` returns, and what every `ActiveJob` is. */
export class ActiveJobSetter<Args extends readonly unknown[]> {
  readonly #target: Target;
  readonly #enqueuer: Enqueuer;

  constructor(target: Target) {
    this.#target = target;
    this.#enqueuer = new Enqueuer(target);
  }

  /** Sidekiq's options, which travel in the payload; the queue with its prefix. */
  get options(): JobOptions {
    const { options, queue, settings } = this.#target;
    const { queueNamePrefix } = settings();
    if (queue === undefined && !queueNamePrefix) return options;
    return { ...options, queue: queueName(queue ?? "default", settings()) };
  }

  /**
   * As a schedule keeps it, whose own fields say what stands before the queue.
   *
   * @internal
   */
  get unprefixed(): UnprefixedOptions {
    const { options, queue, settings } = this.#target;
    const { queueNamePrefix: prefix = "", queueNameDelimiter: delimiter = "" } = settings();
    return { options, queue, prefix, delimiter };
  }

  /**
   * Enqueues the job, as Rails' `perform_later`.
   *
   * @returns its jid, which is Ruby's `provider_job_id`, or null when a callback or a client middleware stopped it
   * @throws SerializationError when an argument cannot be serialized, RedisUnusableError when Redis cannot be reached
   */
  performLater(...args: CallArgs<Args>): Promise<string | null> {
    return this.#enqueuer.enqueue(args);
  }

  /**
   * Runs the job here and now, through its bytes and both middleware chains, without Redis and without Sidekiq's retries;
   * what `retryOn` enqueues again goes to Redis. Callbacks of enqueuing are not called.
   *
   * @returns true, or the verdict that the job ends with, such as `snooze(60)`; null when a client middleware stopped it
   * @throws what the job throws; InvalidJobError where Ruby runs it
   */
  performInline(...args: CallArgs<Args>): Promise<true | Verdict | null> {
    return performInline(this.#target, args);
  }

  /** The job with these arguments, for `performAllLater()`. */
  with(...args: CallArgs<Args>): ActiveJobCall {
    return new ActiveJobCall(this.#target, args);
  }

  /**
   * The same job with other options for what is enqueued with it: `zalo.set({ wait: 60 }).performLater(7)`.
   *
   * @throws InvalidJobError naming the option, what came and what to do; ConfigError when `client` is there and is none
   */
  set(options: SetActiveJobOptions): ActiveJobSetter<Args> {
    const target = this.#target;
    const of = `${target.class}.set()`;
    refuseMisspelled(of, options, SET);
    refuseMisplaced(of, options, NOT_SET);
    checkClient("set()", options);
    const { wait, waitUntil, queue, priority, client, ...own } = given(options);
    checkOptions({ ...own, queue, class: target.class });
    checkPriority(of, priority);
    return new ActiveJobSetter<Args>({
      ...target,
      options: { ...target.options, ...own },
      queue: queue ?? target.queue,
      priority: priority ?? target.priority,
      when: whenOf(of, wait, waitUntil) ?? target.when,
      client: client ? () => client : target.client,
    });
  }
}
