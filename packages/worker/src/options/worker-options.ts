/** What a Worker is made with: every option with its default, checked once. */
import type { Logger } from "pino";
import type {
  ChainSource,
  ClientMiddleware,
  DeathHandler,
  RedisTarget,
  Runnable,
  ServerMiddleware,
  WireOption,
} from "@tsq/core";
import { functions, logger, middleware, oneFunction, readOptions, WIRE } from "@tsq/core/config";
import type { Schema, Values } from "@tsq/core/config";
import { isRecord, JobRegistry } from "@tsq/core/protocol";
import { checkedExtensions } from "../extension.ts";
import type { Extension, ExtensionOptions } from "../extension.ts";
import type { BacktraceCleaner } from "../report/backtrace-cleaner.ts";
import { plainLog } from "../report/plain-log.ts";
import type { RetryPolicy } from "../run/conclude.ts";
import type { UnknownJobs } from "../run/hand-on.ts";
import type { ErrorHandler } from "../run/hooks.ts";
import { rowsOf } from "./extension-rows.ts";
import { capsules, capsulesOf } from "./capsules.ts";
import type { Capsule, CapsuleOptions } from "./capsules.ts";
import { keep } from "./keep.ts";
import type { KeepOptions } from "./keep.ts";
import type { QueueSpec } from "./queue-order.ts";
import { SETTINGS } from "./settings.ts";
import { redisOf } from "./worker-redis.ts";

/** What a `Worker` is made with. */
export interface WorkerOptions extends ExtensionOptions {
  /**
   * Jobs of `defineJob`, or whatever else is a `Runnable`. A class that is not among them is retried, as Ruby retries a
   * NameError.
   */
  jobs: readonly Runnable[];
  /**
   * As in `ClientOptions`. The heartbeat's connection, in a thread of its own, is made without the functions among
   * ioredis' options, such as `tls.checkServerIdentity`.
   *
   * @default what `configure()` says, else REDIS_PROVIDER, REDIS_URL, localhost
   */
  redis?: RedisTarget | undefined;
  /**
   * `"name"` in strict order, `"name,weight"` for weighted, all of weight 1 for random (WIRE §4.1).
   *
   * @default ["default"]
   */
  queues?: readonly QueueSpec[];
  /** How many jobs run at once, 1 to 500. @default 5 */
  concurrency?: number;
  /** Further capsules beside the one of `queues` and `concurrency`. @default {} */
  capsules?: Readonly<Record<string, CapsuleOptions>>;
  /**
   * `reliable` keeps every job in Redis until it is finished; `basic` is Ruby's BRPOP, which loses what runs
   * when a process dies.
   *
   * @default "reliable"
   */
  fetch?: "reliable" | "basic";
  /**
   * How an idle worker learns of jobs. `pads`: by a connection for each queue, at which a move waits. `hybrid`: the same up to
   * four queues of a capsule; of more, two of these connections, and Redis tells of jobs on the others (CLIENT TRACKING), so
   * that a capsule has five whatever their number. Where Redis does not tell, up to 16 queues have a connection each as
   * with `pads`, and more are looked at ten times a second. Of no effect with `fetch: "basic"`.
   *
   * @default "pads"
   */
  waiting?: "pads" | "hybrid";
  /**
   * What becomes of a job whose class is not among `jobs`. `retry`: it fails, as Ruby fails with a NameError.
   * `handBack`: when another process can run it, or a process of Ruby serves its queue, it goes into the schedule for
   * 1 to 60 s and from there back to its queue, up to ten times; its order is lost. Else, and after that, it fails.
   *
   * @default "retry"
   */
  unknownJobs?: UnknownJobs;
  /** How times are written, as in `ClientOptions`. @default "auto" */
  wire?: WireOption;
  /**
   * How long `stop()` waits for running jobs, in milliseconds. Keep it below your platform's kill delay:
   * jobs still running then are requeued and aborted. 0 to 2_147_483_647, what a timer holds.
   *
   * @default 25_000
   */
  shutdownTimeoutMs?: number;
  /**
   * After so many milliseconds of an event loop that one job blocks, the other jobs of the process go back to their
   * queues, and the log names that one. 0, never, to 2_147_483_647. Not with `fetch: "basic"`. @default 60_000
   */
  blockedLoopTimeoutMs?: number;
  /**
   * How long a callback is waited for that keeps jobs waiting, in milliseconds: `retryIn`, `retriesExhausted`, each death
   * handler, and the client middleware of a job that falls due. Then the usual rule applies, the log says so, and what it
   * answers later changes nothing. 0, for ever, to 2_147_483_647. @default 20_000
   */
  hookTimeoutMs?: number;
  /** Wraps every run, in this order. @default [] */
  middleware?: ChainSource<ServerMiddleware>;
  /** Wraps the push of jobs that fall due, and of `job.client` where it is not the client of `configure()`. @default [] */
  clientMiddleware?: ChainSource<ClientMiddleware>;
  /** Features that are added to the worker, in this order: services, middleware, listeners. @default [] */
  extensions?: readonly Extension[];
  /**
   * What is written down beside what Sidekiq does, with each heartbeat; what a process holds that dies is lost, up to ten
   * seconds of it. `false` is nothing. @default {}, all of it
   */
  keep?: KeepOptions | false;
  errorHandlers?: readonly ErrorHandler[];
  deathHandlers?: readonly DeathHandler[];
  /**
   * Answers which lines of a failure's stack are kept in the payload, for jobs with `backtrace`; a number there
   * counts what is left (Sidekiq 7.1). @default all of them
   */
  backtraceCleaner?: BacktraceCleaner;
  /** Shown on the Busy page. @default the working directory's name */
  tag?: string;
  /** Shown on the Busy page beside `tsq`. @default [] */
  labels?: readonly string[];
  /** Retries of a job with `retry: true`, from 0. @default 25 */
  maxRetries?: number;
  /** The dead set keeps one less, as Sidekiq's trim does. @default 10_000 */
  deadMaxJobs?: number;
  /** Seconds a job stays in the dead set. @default 15_552_000, 180 days */
  deadTimeoutInSeconds?: number;
  /** Seconds between two looks of the whole fleet at what is due, up to 1_000_000. @default 5 */
  averageScheduledPollInterval?: number;
  /** Seconds between two looks of this process, whatever the fleet's size, up to 1_000_000. @default unset */
  pollIntervalAverage?: number;
  /** @default pino to standard output */
  logger?: Logger;
}

/** A row for each option of a Worker. */
export const WORKER = {
  jobs: {
    takes: "array of jobs from `defineJob`, or of other `Runnable`s",
    read: (value) => new JobRegistry(value),
    tells: "the jobs that this worker can run",
    isRequired: true,
  },
  redis: {
    takes: "see above",
    // Undefined is an answer of its own.
    read: (value) => redisOf(value as RedisTarget | undefined),
    tells: "the server whose queues it processes",
    make: () => redisOf(undefined),
    usual: "see above",
  },
  ...SETTINGS,
  capsules: {
    ...capsules(),
    tells: "further queues with a concurrency of their own",
    fallback: {},
  },
  wire: WIRE,
  middleware: {
    ...middleware<ServerMiddleware>("server"),
    tells: "wraps every run, the first outermost",
    fallback: [],
  },
  clientMiddleware: {
    ...middleware<ClientMiddleware>("client"),
    tells:
      "wraps the push of jobs that fall due or are retried, and of `job.client` where the Worker has a Redis of its own",
    fallback: [],
  },
  extensions: {
    takes: "array of [extensions](extensions.md)",
    read: checkedExtensions,
    tells: "features that are added to the worker",
    fallback: [],
  },
  keep: {
    ...keep(),
    tells: "what is written down beside what Sidekiq does",
    fallback: {},
    usual: "all of it",
  },
  errorHandlers: {
    ...functions<ErrorHandler>(),
    tells: "told of every error of a job, of a hook and of the worker itself",
    fallback: [],
  },
  deathHandlers: {
    ...functions<DeathHandler>(),
    tells: "told of every job that failed and will not run again",
    fallback: [],
  },
  backtraceCleaner: {
    ...oneFunction<BacktraceCleaner>("function from lines to lines"),
    tells: "which lines of a stack stay in the payload, for jobs with `backtrace`",
    usual: "every line is kept",
  },
  logger: {
    ...logger(),
    tells: "where the worker and its jobs log",
    make: () => plainLog(),
    usual: "pino to standard output",
  },
} satisfies Schema<WorkerOptions>;

type Given = Values<typeof WORKER>;
type RedisChoice = Given["redis"];
type Gathered = "redis" | "queues" | "concurrency" | "capsules" | keyof RetryPolicy;

/** The options with everything decided. */
export interface Resolved extends RedisChoice, Omit<Given, Gathered> {
  readonly capsules: readonly Capsule[];
  readonly policy: RetryPolicy;
  /** What was given of the options of extensions, or their defaults. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** @throws ConfigError naming the option, what was expected and what came */
export const resolveOptions = (options: WorkerOptions): Resolved => {
  const added = rowsOf(isRecord(options) ? checkedExtensions(options.extensions ?? []) : [], WORKER);
  const all: Given & Readonly<Record<string, unknown>> = readOptions(
    "a Worker",
    { ...WORKER, ...added },
    options,
  );
  const given = Object.fromEntries(Object.keys(added).map((name) => [name, all[name]]));
  const { redis, queues, concurrency, capsules, ...own } = all;
  const { maxRetries, deadMaxJobs, deadTimeoutInSeconds, ...rest } = own;
  return {
    ...rest,
    ...redis,
    labels: ["tsq", ...own.labels.filter((label) => label !== "tsq")],
    capsules: capsulesOf({ queues, concurrency }, capsules),
    policy: { maxRetries, deadMaxJobs, deadTimeoutInSeconds },
    given,
  };
};
