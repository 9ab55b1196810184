/**
 * Runs one job: parses it, finds its handler, runs the chain, and makes what follows true with one call.
 * Uses no exceptions for its own control flow: job-retry.ts decides, the unit acts.
 */
import { UnknownJobError } from "@tsq/core";
import type { Chain, Payload, RawPayload, Registry, ServerMiddleware } from "@tsq/core";
import { composeServerChain, displayClass } from "@tsq/core/protocol";
import { Conclusion, parseJob } from "./conclusion.ts";
import type { ConclusionOptions } from "./conclusion.ts";
import type { UnitOfWork } from "../fetch/fetch.ts";
import { JobLogger } from "./job-logger.ts";
import type { Metrics } from "./metrics.ts";
import { RunningJob } from "./running-job.ts";
import type { JobHost } from "./running-job.ts";
import type { WorkState } from "./work-state.ts";

export type { ErrorContext, ErrorHandler, RetryPolicy } from "./conclusion.ts";

export interface ProcessorOptions extends ConclusionOptions {
  readonly jobs: Registry;
  readonly middleware: Chain<ServerMiddleware>;
  readonly work: WorkState;
  readonly host: JobHost;
  readonly metrics: Metrics;
}

const EXCERPT = 80;

export class Processor {
  readonly #options: ProcessorOptions;
  readonly #perform: (job: RunningJob) => unknown;
  readonly #jobLogger: JobLogger;
  readonly #conclusion: Conclusion;
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: ProcessorOptions) {
    this.#options = options;
    this.#jobLogger = new JobLogger(options.log);
    this.#conclusion = new Conclusion(options);
    this.#perform = composeServerChain(options.middleware, (job) => runOf(job as RunningJob));
  }

  /**
   * Starts jobs that came together and returns; every way they can end is taken care of here. Their `start` lines are
   * written before the first of them runs, in one go: a write for each would cost more than running it.
   */
  run(units: readonly UnitOfWork[]): void {
    const begun: RunningJob[] = [];
    for (const unit of units) {
      const job = this.#begin(unit);
      if (job) begun.push(job);
    }
    this.#jobLogger.begin();
    for (const job of begun) this.#start(job);
  }

  #begin(unit: UnitOfWork): RunningJob | undefined {
    const { jobs, work, host } = this.#options;
    const nowMs = Date.now();
    let payload: RawPayload;
    try {
      payload = parseJob(unit.text);
    } catch (error) {
      this.settle(unit, this.#buryMalformed(unit, error, nowMs));
      return undefined;
    }
    const job = new RunningJob(unit, payload as Payload, jobs.find(payload), host, nowMs);
    work.add(job);
    try {
      // A logger that throws fails the job, as in Sidekiq.
      this.#jobLogger.start(job);
    } catch (error) {
      this.#failed(job, error, performance.now());
      return undefined;
    }
    return job;
  }

  #start(job: RunningJob): void {
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
    try {
      // A job that was handed back is counted by whoever runs it next.
      if (!job.isGivenAway) {
        this.#options.metrics.succeeded(displayClass(job.payload), elapsedMs);
        this.#jobLogger.done(job, elapsedMs);
      }
    } catch (error) {
      this.#conclusion.report(error, `Could not count or log a job of queue ${job.queue} that is done`);
    }
    if (!job.isCondemned) job.unit.acknowledge();
  }

  /** Puts a job that runs into the dead set, because its process ends for the last time by it. */
  condemn(job: RunningJob): void {
    job.isCondemned = true;
    this.settle(job.unit, this.#conclusion.condemn(job.unit));
  }

  #failed(job: RunningJob, error: unknown, startedAt: number): void {
    if (job.isGivenAway) {
      // An aborted request is the worker's doing, not the job's: no attempt is used up, nothing is written.
      this.#options.work.delete(job);
      if (!job.isCondemned) job.unit.acknowledge();
      return;
    }
    job.hasFailed = true;
    try {
      this.#options.metrics.failed(job.runnable ? displayClass(job.payload) : undefined);
      this.#jobLogger.fail(job, performance.now() - startedAt, error);
      this.#options.onError(error, { context: "Job raised an error", payload: job.payload });
    } catch (internal) {
      this.#conclusion.report(internal, `Could not count or log a job of queue ${job.queue} that failed`);
    }
    this.settle(
      job.unit,
      this.#conclusion.of(job, error).finally(() => this.#options.work.delete(job)),
    );
  }

  async #buryMalformed(unit: UnitOfWork, error: unknown, nowMs: number): Promise<void> {
    await unit.move({ kind: "dead", burial: this.#conclusion.burial(nowMs) });
    const start = JSON.stringify(unit.text.slice(0, EXCERPT));
    const context = `Malformed payload in queue ${unit.queue}, kept in the dead set as it is; it begins with ${start}`;
    this.#options.onError(error, { context });
  }

  /** The edge of the loop: a failed write is reported; the job stays in flight and is requeued or rescued. */
  settle(unit: UnitOfWork, end: Promise<void>): void {
    const settled = end
      .catch((error: unknown) =>
        this.#conclusion.report(error, `Could not write what became of a job of queue ${unit.queue}`),
      )
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }

  /** Resolves when the outcomes that are being written now are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }
}

const runOf = (job: RunningJob): unknown => {
  if (!job.runnable) throw new UnknownJobError(job.class);
  return job.runnable.run(job);
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";
