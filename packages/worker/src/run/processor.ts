/**
 * Runs jobs: parses each, asks whether it may start, finds what runs it, and runs the chain. How a run ended goes to
 * conclude.ts, which makes what follows true.
 */
import { InvalidJobError } from "@tsq/core";
import type { Chain, Payload, RawPayload, Registry, ServerMiddleware, Verdict } from "@tsq/core";
import { composeServerChain, isThenable } from "@tsq/core/protocol";
import type { ServerRun } from "@tsq/core/protocol";
import type { UnitOfWork } from "../fetch/fetch.ts";
import { admissionBy } from "./admission.ts";
import type { Admission } from "./admission.ts";
import type { Conclusion } from "./conclude.ts";
import { RETURNED } from "./ending.ts";
import type { Ending } from "./ending.ts";
import type { JobLogger } from "./job-logger.ts";
import type { Keeping } from "./keeping.ts";
import { parseJob } from "./parse-job.ts";
import { RunningJob } from "./running-job.ts";
import type { JobHost } from "./running-job.ts";
import type { Timeouts } from "./timeouts.ts";
import { unknownJob } from "./unknown-job.ts";
import type { WorkState } from "./work-state.ts";

export interface ProcessorOptions {
  readonly jobs: Registry;
  readonly middleware: Chain<ServerMiddleware>;
  /** Asked in this order whether a job may start. */
  readonly admissions: readonly Admission[];
  /** Told of each job that begins. */
  readonly keeping?: Keeping | undefined;
  /** Why a job that nothing here runs was not handed on; undefined when nobody was asked. */
  readonly whyNotOthers: (job: RunningJob) => string | undefined;
}

interface Parts {
  readonly work: WorkState;
  readonly host: JobHost;
  readonly jobLogger: JobLogger;
  readonly conclusion: Conclusion;
  readonly timeouts: Timeouts;
}

export class Processor {
  readonly #options: ProcessorOptions & Parts;
  readonly #chain: ServerRun;
  readonly #admission: Admission | undefined;

  constructor(options: ProcessorOptions & Parts) {
    this.#options = options;
    this.#admission = admissionBy(options.admissions);
    this.#chain = composeServerChain(options.middleware, (job) => this.#run(job as RunningJob));
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
    this.#options.jobLogger.begin();
    for (const job of begun) this.#start(job);
  }

  #begin(unit: UnitOfWork): RunningJob | undefined {
    const { jobs, work, host, conclusion } = this.#options;
    const nowMs = Date.now();
    let payload: RawPayload;
    try {
      payload = parseJob(unit.text);
    } catch (error) {
      const job = new RunningJob(unit, NO_PAYLOAD as Payload, undefined, host, nowMs);
      conclusion.end(job, { kind: "malformed", error }, performance.now());
      return undefined;
    }
    const job = new RunningJob(unit, payload as Payload, jobs.find(payload), host, nowMs);
    work.add(job);
    const refusal = this.#admission?.(job);
    if (refusal instanceof Promise) {
      this.#startLater(job, refusal);
      return undefined;
    }
    return this.#admitted(job, refusal) ? job : undefined;
  }

  #admitted(job: RunningJob, refusal: Ending | undefined): boolean {
    const { jobLogger, conclusion } = this.#options;
    try {
      // A logger that throws fails the job, as in Sidekiq.
      if (!refusal) jobLogger.start(job);
    } catch (error) {
      conclusion.end(job, { kind: "threw", error }, performance.now());
      return false;
    }
    if (refusal) conclusion.end(job, refusal, performance.now());
    return !refusal;
  }

  /** A stop may have put the job back by then: it has not begun, and is let go of. */
  #startLater(job: RunningJob, asked: Promise<Ending | undefined>): void {
    const begin = (refusal: Ending | undefined): void => {
      if (!this.#admitted(job, job.isGivenAway ? RETURNED : refusal)) return;
      this.#options.jobLogger.begin();
      this.#start(job);
    };
    asked.then(begin, () => begin(undefined));
  }

  #start(job: RunningJob): void {
    this.#options.keeping?.began(job);
    const startedAt = performance.now();
    let running: Promise<unknown> | undefined;
    let value: unknown;
    try {
      value = this.#chain.perform(job);
      // A thenable of the job's own may throw where it is asked; a promise around it does not.
      if (isThenable(value)) running = Promise.resolve(value);
    } catch (error) {
      this.#threw(job, error, startedAt);
      return;
    }
    if (!running) this.#returned(job, value, startedAt);
    else {
      running.then(
        (result) => this.#returned(job, result, startedAt),
        (error: unknown) => this.#threw(job, error, startedAt),
      );
    }
  }

  #run(job: RunningJob): unknown {
    const { runnable } = job;
    if (!runnable) throw unknownJob(job.payload, this.#options.jobs, this.#options.whyNotOthers(job));
    if (runnable.timeoutMs !== undefined) this.#options.timeouts.begin(job);
    return runnable.run(job);
  }

  #returned(job: RunningJob, value: unknown, startedAt: number): void {
    const verdict = this.#chain.returned(job, value);
    this.#options.conclusion.end(job, verdict ? endingBy(verdict) : RETURNED, startedAt);
  }

  #threw(job: RunningJob, error: unknown, startedAt: number): void {
    const verdict = this.#chain.threw(job, error);
    // What throws when its timeout is over has failed by that, whatever it throws.
    const isTimedOut = job.abortReason?.code === "TSQ_TIMEOUT";
    const ending: Ending = verdict && !isTimedOut ? endingBy(verdict) : { kind: "threw", error };
    this.#options.conclusion.end(job, ending, startedAt);
  }
}

/** A verdict that cannot be carried out is a failure of the job. */
const endingBy = (verdict: Verdict | InvalidJobError): Ending =>
  verdict instanceof InvalidJobError ? { kind: "threw", error: verdict } : { kind: "verdict", verdict };

/** Of what is no job. */
const NO_PAYLOAD: RawPayload = {};
