/** What a Worker is made with: every option with its default, checked once. */
import { pino } from "pino";
import type { Logger } from "pino";
import { ConfigError } from "@tsq/core";
import type {
  Chain,
  ChainSource,
  ClientMiddleware,
  DeathHandler,
  Job,
  RedisTarget,
  Registry,
  ServerMiddleware,
  WireOption,
} from "@tsq/core";
import {
  chainOf,
  checkedFunctions,
  checkedLogger,
  checkedWire,
  deadSetLimits,
  ERROR_SERIALIZERS,
  integerFrom,
  refuseUnknown,
} from "@tsq/core/protocol";
import type { BacktraceCleaner } from "../report/backtrace-cleaner.ts";
import { checkedChange } from "./capsule-chain.ts";
import type { ChainChange } from "./capsule-chain.ts";
import { JobRegistry } from "./job-registry.ts";
import { checkedExtensions } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { logDestination } from "../report/log-destination.ts";
import { pollInterval, timer } from "./number-options.ts";
import type { RetryPolicy } from "../run/conclude.ts";
import type { ErrorHandler } from "../run/hooks.ts";
import { queueOrder } from "./queue-order.ts";
import type { QueueOrder, QueueSpec } from "./queue-order.ts";
import { MAX_CONCURRENCY } from "../fetch/reliable/slots.ts";
import { redisOf } from "./worker-redis.ts";

/** Queues with a concurrency of their own, in the same process (Sidekiq 7). */
export interface CapsuleOptions {
  /** How many jobs of these queues run at once, 1 to 500. @default 1 */
  concurrency?: number;
  queues: readonly QueueSpec[];
  /**
   * Changes the middleware of this capsule: it gets a chain of its own, which begins with the worker's and changes no
   * other. @default what the worker has
   */
  middleware?: ChainChange;
}

export interface WorkerOptions {
  /** Jobs of `defineJob`. A class that is not among them is retried, as Ruby retries a NameError. */
  jobs: readonly Job<never>[];
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
  /** Wraps every run, in this order. @default [] */
  middleware?: ChainSource<ServerMiddleware>;
  /** Wraps the push of jobs that fall due, and of `job.client` where it is not the client of `configure()`. @default [] */
  clientMiddleware?: ChainSource<ClientMiddleware>;
  /** Features that are added to the worker, in this order: services, middleware, listeners. @default [] */
  extensions?: readonly Extension[];
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

const OPTIONS: Readonly<Record<keyof WorkerOptions, true>> = {
  jobs: true,
  redis: true,
  queues: true,
  concurrency: true,
  capsules: true,
  fetch: true,
  wire: true,
  shutdownTimeoutMs: true,
  blockedLoopTimeoutMs: true,
  middleware: true,
  clientMiddleware: true,
  extensions: true,
  errorHandlers: true,
  deathHandlers: true,
  backtraceCleaner: true,
  tag: true,
  labels: true,
  maxRetries: true,
  deadMaxJobs: true,
  deadTimeoutInSeconds: true,
  averageScheduledPollInterval: true,
  pollIntervalAverage: true,
  logger: true,
};

const CAPSULE_OPTIONS: Readonly<Record<keyof CapsuleOptions, true>> = {
  concurrency: true,
  queues: true,
  middleware: true,
};

export interface Capsule {
  readonly name: string;
  readonly concurrency: number;
  readonly order: QueueOrder;
  /** What it makes of the worker's middleware. */
  readonly change: ChainChange | undefined;
}

/** The options with everything decided. */
export interface Resolved {
  readonly redis: RedisTarget;
  /** Who named it, for the log. */
  readonly redisFrom: string;
  /** Whether the worker's own options named it. */
  readonly isRedisOwn: boolean;
  readonly jobs: Registry;
  readonly capsules: readonly Capsule[];
  readonly fetch: "reliable" | "basic";
  readonly wire: WireOption;
  readonly shutdownTimeoutMs: number;
  readonly blockedLoopTimeoutMs: number;
  readonly middleware: Chain<ServerMiddleware>;
  readonly clientMiddleware: Chain<ClientMiddleware>;
  readonly extensions: readonly Extension[];
  readonly errorHandlers: readonly ErrorHandler[];
  readonly deathHandlers: readonly DeathHandler[];
  readonly backtraceCleaner: BacktraceCleaner | undefined;
  readonly tag: string;
  readonly labels: readonly string[];
  readonly policy: RetryPolicy;
  readonly averageScheduledPollInterval: number;
  readonly pollIntervalAverage: number | undefined;
  readonly logger: Logger;
}

/** @throws ConfigError naming the option, what was expected and what came */
export const resolveOptions = (options: WorkerOptions): Resolved => {
  refuseUnknown("a Worker", options, Object.keys(OPTIONS));
  return resolved(options);
};

const resolved = (options: WorkerOptions): Resolved => ({
  ...redisOf(options.redis),
  jobs: new JobRegistry(options.jobs),
  capsules: capsulesOf(options),
  fetch: oneOf("fetch", options.fetch ?? "reliable", ["reliable", "basic"]),
  wire: checkedWire(options.wire ?? "auto"),
  shutdownTimeoutMs: timer("shutdownTimeoutMs", options.shutdownTimeoutMs ?? 25_000),
  blockedLoopTimeoutMs: timer("blockedLoopTimeoutMs", options.blockedLoopTimeoutMs ?? 60_000),
  middleware: chainOf("middleware", options.middleware ?? []),
  clientMiddleware: chainOf("clientMiddleware", options.clientMiddleware ?? []),
  extensions: checkedExtensions(options.extensions ?? []),
  errorHandlers: checkedFunctions("errorHandlers", options.errorHandlers ?? []),
  deathHandlers: checkedFunctions("deathHandlers", options.deathHandlers ?? []),
  backtraceCleaner: options.backtraceCleaner === undefined ? undefined : cleaner(options.backtraceCleaner),
  tag: text("tag", options.tag) ?? process.cwd().split(/[\\/]/).at(-1) ?? "",
  labels: ["tsq", ...strings("labels", options.labels ?? []).filter((label) => label !== "tsq")],
  policy: {
    maxRetries: integerFrom("maxRetries", options.maxRetries ?? 25, 0),
    ...deadSetLimits(options),
  },
  averageScheduledPollInterval: pollInterval(
    "averageScheduledPollInterval",
    options.averageScheduledPollInterval ?? 5,
  ),
  pollIntervalAverage:
    options.pollIntervalAverage === undefined
      ? undefined
      : pollInterval("pollIntervalAverage", options.pollIntervalAverage),
  logger:
    options.logger === undefined
      ? pino({ serializers: ERROR_SERIALIZERS }, logDestination())
      : checkedLogger(options.logger),
});

const capsulesOf = (options: WorkerOptions): readonly Capsule[] => {
  const { queues, concurrency, capsules = {} } = options;
  const all = [capsule("default", { queues: queues ?? ["default"], concurrency: concurrency ?? 5 })];
  for (const [name, own] of Object.entries(capsules)) {
    if (!/^[\w.-]+$/.test(name)) {
      throw new ConfigError(
        `Expected a capsule's name to hold letters, digits, \`_\`, \`-\` and \`.\`, got \`${name}\`.`,
      );
    }
    if (typeof own !== "object" || own === null)
      throw new ConfigError(
        `Expected capsule \`${name}\` to be an object with \`queues\`, got \`${String(own)}\`.`,
      );
    refuseUnknown(`capsule \`${name}\``, own, Object.keys(CAPSULE_OPTIONS));
    const one = capsule(name, own);
    if (name === "default") all[0] = one;
    else all.push(one);
  }
  return all;
};

const capsule = (name: string, options: CapsuleOptions): Capsule => {
  const concurrency = options.concurrency ?? 1;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    throw new ConfigError(
      `Expected \`concurrency\` of capsule \`${name}\` to be an integer from 1 to ${MAX_CONCURRENCY}, got \`${String(concurrency)}\`. Run more processes for more.`,
    );
  }
  return {
    name,
    concurrency,
    order: queueOrder(options.queues),
    change: checkedChange(name, options.middleware),
  };
};

const oneOf = <T>(name: string, value: T, allowed: readonly T[]): T => {
  if (allowed.includes(value)) return value;
  throw new ConfigError(`Expected \`${name}\` to be one of ${allowed.join(", ")}, got \`${String(value)}\`.`);
};

const cleaner = (value: BacktraceCleaner): BacktraceCleaner => {
  if (typeof value === "function") return value;
  throw new ConfigError(`Expected \`backtraceCleaner\` to be a function, got \`${String(value)}\`.`);
};

const strings = (name: string, value: readonly string[]): readonly string[] => {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new ConfigError(`Expected \`${name}\` to be an array of strings, got \`${String(value)}\`.`);
};

const text = (name: string, value: string | undefined): string | undefined => {
  if (value === undefined || typeof value === "string") return value;
  throw new ConfigError(`Expected \`${name}\` to be a string, got \`${String(value)}\`.`);
};
