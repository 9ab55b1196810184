/**
 * Runs one job: parses it, finds its handler, runs the chain, and makes what follows true with one call.
 * Uses no exceptions for its own control flow: job-retry.ts decides, the unit acts.
 */
import type { Logger } from "pino";
import { MalformedPayloadError, UnknownJobError } from "@tsq/core";
import type {
  DeathHandler,
  Job,
  JsonValue,
  Payload,
  RawPayload,
  ServerMiddleware,
  WireGeneration,
} from "@tsq/core";
import {
  composeServerChain,
  displayClass,
  editPayload,
  editPayloadBytes,
  parsePayload,
  scoreOf,
} from "@tsq/core/protocol";
import type { Bytes, PayloadChanges } from "@tsq/core/protocol";
import type { UnitOfWork } from "./fetch.ts";
import { JobLogger } from "./job-logger.ts";
import { cleanedOnce } from "./backtrace-cleaner.ts";
import type { BacktraceCleaner } from "./backtrace-cleaner.ts";
import { decide } from "./job-retry.ts";
import type { Outcome } from "./job-retry.ts";
import { logError } from "./log-error.ts";
import type { Metrics } from "./metrics.ts";
import { RunningJob } from "./running-job.ts";
import type { WorkState } from "./work-state.ts";

/** Sidekiq's limits on retries and on the dead set (WIRE §7.8). */
export interface RetryPolicy {
  readonly maxRetries: number;
  readonly deadMaxJobs: number;
  readonly deadTimeoutSeconds: number;
}

/** Told of every error a job or a part of the worker raises. */
export type ErrorHandler = (error: unknown, context: ErrorContext) => unknown;
export interface ErrorContext {
  /** What was going on, in words. */
  readonly context: string;
  /** The job's payload, when there is one. */
  readonly payload?: RawPayload;
}

export interface ProcessorOptions {
  readonly jobs: ReadonlyMap<string, Job<readonly unknown[]>>;
  readonly middleware: readonly ServerMiddleware[];
  readonly policy: RetryPolicy;
  readonly wire: () => WireGeneration;
  readonly work: WorkState;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onError: ErrorHandler;
  readonly deathHandlers: readonly DeathHandler[];
  readonly backtraceCleaner: BacktraceCleaner | undefined;
}

const EXCERPT = 80;

export class Processor {
  readonly #options: ProcessorOptions;
  readonly #perform: (job: RunningJob) => unknown;
  readonly #jobLogger: JobLogger;
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: ProcessorOptions) {
    this.#options = options;
    this.#jobLogger = new JobLogger(options.log);
    this.#perform = composeServerChain(options.middleware, (job) => handle(job as RunningJob));
  }

  /** Starts the job and returns; every way it can end is taken care of here. */
  run(unit: UnitOfWork): void {
    const { jobs, work, log } = this.#options;
    const nowMs = Date.now();
    let payload: RawPayload;
    try {
      payload = parseJob(unit.text);
    } catch (error) {
      this.settle(unit, this.#buryMalformed(unit, error, nowMs));
      return;
    }
    const job = new RunningJob(unit, payload as Payload, jobs.get(payload["class"] as string), log, nowMs);
    work.add(job);
    this.#jobLogger.start(job);
    const startedAt = performance.now();
    let running: Promise<unknown> | undefined;
    try {
      const result = this.#perform(job);
      // A thenable of the job's own may throw where it is asked; a promise around it does not.
      if (isThenable(result)) running = Promise.resolve(result);
    } catch (error) {
      this.#failed(job, error, startedAt);
      return;
    }
    if (!running) this.#succeeded(job, startedAt);
    else {
      running.then(
        () => this.#succeeded(job, startedAt),
        (error: unknown) => this.#failed(job, error, startedAt),
      );
    }
  }

  #succeeded(job: RunningJob, startedAt: number): void {
    const elapsedMs = performance.now() - startedAt;
    this.#options.work.delete(job);
    // A job that was handed back is counted by whoever runs it next.
    if (!job.isAbandoned) {
      this.#options.metrics.succeeded(displayClass(job.payload), elapsedMs);
      this.#jobLogger.done(job, elapsedMs);
    }
    job.unit.acknowledge();
  }

  #failed(job: RunningJob, error: unknown, startedAt: number): void {
    if (job.isAbandoned) {
      // An aborted request is the worker's doing, not the job's: no attempt is used up, nothing is written.
      this.#options.work.delete(job);
      job.unit.acknowledge();
      return;
    }
    job.hasFailed = true;
    this.#options.metrics.failed(job.definition ? displayClass(job.payload) : undefined);
    this.#jobLogger.fail(job, performance.now() - startedAt, error);
    this.#options.onError(error, { context: "Job raised an error", payload: job.payload });
    this.settle(
      job.unit,
      this.#conclude(job, error).finally(() => this.#options.work.delete(job)),
    );
  }

  async #conclude(job: RunningJob, error: unknown): Promise<void> {
    const { unit } = job;
    // As it was pushed, whatever the job made of the one that it was given (WIRE §4.2).
    const payload = parseJob(unit.text);
    const outcome = await this.#decide(job, payload, error);
    if (outcome.kind === "retry") {
      const text = await this.#edited(unit, outcome.changes);
      if (text !== undefined) await unit.retry(scoreOf(outcome.atMs), text);
      else unit.acknowledge();
      return;
    }
    const final = { ...payload, ...fieldsOf(outcome.changes) };
    const isKept = outcome.kind === "dead" && (await this.#askExhausted(job, final, error)) && outcome.isKept;
    const text = isKept ? await this.#edited(unit, outcome.changes) : undefined;
    if (text === undefined) {
      unit.acknowledge();
      // Given to another while its hooks ran: that one decides anew.
      if (isKept || job.isAbandoned) return;
    } else if (!(await unit.bury({ ...this.#burial(Date.now()), payload: text }))) return;
    // As Sidekiq 8 marks it: whoever is told sees that the job is not in the dead set, and that this was decided.
    const isDiscarded = outcome.kind === "discard" || (outcome.kind === "dead" && !isKept);
    await this.#tellDeath(isDiscarded ? { ...final, discarded_at: Date.now() } : final, error);
  }

  async #decide(job: RunningJob, payload: RawPayload, error: unknown): Promise<Outcome> {
    const { definition, unit } = job;
    const { backtraceCleaner: clean } = this.#options;
    const failure = {
      payload,
      queue: unit.queue,
      error,
      options: definition?.options ?? {},
      isUnknown: definition === undefined,
      maxRetries: this.#options.policy.maxRetries,
      wire: this.#options.wire(),
      nowMs: Date.now(),
      random: Math.random,
      cleanBacktrace:
        clean &&
        cleanedOnce(clean, (thrown) => this.#hookFailed(thrown, "Error calling backtraceCleaner", payload)),
    };
    const outcome = decide(failure);
    const retryIn = definition?.definition.retryIn;
    if (outcome.kind !== "retry" || !retryIn) return outcome;
    try {
      return decide(failure, await retryIn(outcome.count, error, payload as Payload));
    } catch (hookError) {
      // As in Sidekiq: reported, and the usual delay.
      this.#hookFailed(hookError, `Failure in retryIn of ${job.class}, falling back to the default`, payload);
      return outcome;
    }
  }

  /** True when the job may go to the dead set. */
  async #askExhausted(job: RunningJob, payload: RawPayload, error: unknown): Promise<boolean> {
    const hook = job.definition?.definition.retriesExhausted;
    if (!hook) return true;
    try {
      return (await hook(payload as Payload, error)) !== "discard";
    } catch (hookError) {
      this.#hookFailed(hookError, `Error calling retriesExhausted of ${job.class}`, payload);
      return true;
    }
  }

  async #tellDeath(payload: RawPayload, error: unknown): Promise<void> {
    for (const handler of this.#options.deathHandlers) {
      try {
        await handler(payload, error);
      } catch (handlerError) {
        this.#hookFailed(handlerError, "Error calling death handler", payload);
      }
    }
  }

  #hookFailed(error: unknown, context: string, payload: RawPayload): void {
    logError(this.#options.log, "error", context, error, {
      jid: payload["jid"],
      class: displayClass(payload),
    });
    this.#options.onError(error, { context, payload });
  }

  async #buryMalformed(unit: UnitOfWork, error: unknown, nowMs: number): Promise<void> {
    await unit.bury(this.#burial(nowMs));
    const start = JSON.stringify(unit.text.slice(0, EXCERPT));
    const context = `Malformed payload in queue ${unit.queue}, kept in the dead set as it is; it begins with ${start}`;
    this.#options.onError(error, { context });
  }

  #burial(nowMs: number): { score: string; oldest: string; maxJobs: number } {
    const { deadMaxJobs, deadTimeoutSeconds } = this.#options.policy;
    return {
      score: scoreOf(nowMs),
      oldest: scoreOf(nowMs - deadTimeoutSeconds * 1_000),
      maxJobs: deadMaxJobs,
    };
  }

  /** The payload with the outcome's fields; undefined when the job has been taken away meanwhile. */
  async #edited(unit: UnitOfWork, changes: PayloadChanges): Promise<Bytes | undefined> {
    if (!unit.text.includes("\ufffd")) return editPayload(unit.text, changes);
    // Bytes that are no UTF-8 read as U+FFFD: the text has lost them, Redis has not.
    const bytes = await unit.bytes();
    return bytes && editPayloadBytes(bytes, changes);
  }

  /** The edge of the loop: a failed write is reported; the job stays in flight and is requeued or rescued. */
  settle(unit: UnitOfWork, end: Promise<void>): void {
    const settled = end
      .catch((error: unknown) =>
        this.#options.onError(error, {
          context: `Could not write what became of a job of queue ${unit.queue}`,
        }),
      )
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }

  /** Resolves when the outcomes that are being written now are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }
}

const parseJob = (text: string): RawPayload => {
  const payload = parsePayload(text);
  if (typeof payload["class"] === "string") return payload;
  throw new MalformedPayloadError(
    `Expected a job's \`class\` to be a string, got ${JSON.stringify(payload["class"])}`,
  );
};

const handle = (job: RunningJob): unknown => {
  const { definition, payload } = job;
  const run = definition?.handler;
  if (!run) throw new UnknownJobError(payload.class);
  return run(job, ...argsOf(payload.args));
};

/** As Ruby's splat: no `args` is no argument, anything but an array is one (WIRE §6.8). */
const argsOf = (args: unknown): readonly unknown[] => {
  if (Array.isArray(args)) return args;
  return args === null || args === undefined ? [] : [args];
};

const fieldsOf = (changes: PayloadChanges): Record<string, JsonValue> =>
  Object.fromEntries(
    Object.entries(changes).map(([key, text]) => [key, JSON.parse(text ?? "null") as JsonValue]),
  );

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";
