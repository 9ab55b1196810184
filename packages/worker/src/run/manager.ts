/**
 * One capsule's slots: takes as many jobs as are free, runs a Processor for each, and on stop waits, then
 * hands back what is unfinished.
 */
import { ShutdownError } from "@tsq/core";
import type { JobClient } from "@tsq/core";
import type { Fetch, FetchEvents, UnitOfWork } from "../fetch/fetch.ts";
import { Conclusion } from "./conclude.ts";
import type { ConclusionOptions } from "./conclude.ts";
import { JobLogger } from "./job-logger.ts";
import { Processor } from "./processor.ts";
import type { ProcessorOptions } from "./processor.ts";
import type { JobHost, RunningJob } from "./running-job.ts";
import type { StopDeadline } from "./stop-deadline.ts";
import { displayClass } from "@tsq/core/protocol";
import { within } from "../within.ts";
import { Timeouts } from "./timeouts.ts";
import { WorkState } from "./work-state.ts";

// As long as Ruby gives its threads to unwind after a hard shutdown.
const UNWIND_MS = 3_000;
const GIVE_BACK_MS = 3_000;

export interface ManagerOptions extends ProcessorOptions, ConclusionOptions {
  /** Its name, for the log. */
  readonly capsule: string;
  /** How many jobs run at once. */
  readonly concurrency: number;
  /** The names of the capsule's queues. */
  readonly queues: readonly string[];
  /** Prefix of the thread ids of this capsule's jobs. */
  readonly tidPrefix: string;
  readonly fetch: (events: FetchEvents) => Fetch;
  /** Counts these as rescued once; answers those that had been rescued too often before. */
  readonly strike: (units: readonly UnitOfWork[]) => Promise<ReadonlySet<UnitOfWork>>;
  readonly onHindered: FetchEvents["hindered"];
  /** What jobs push with. */
  readonly client: () => JobClient;
}

export class Manager {
  readonly work: WorkState;
  readonly fetch: Fetch;
  readonly #conclusion: Conclusion;
  readonly #processor: Processor;
  readonly #options: ManagerOptions;
  readonly #host: { -readonly [Name in keyof JobHost]: JobHost[Name] };
  #paused: ReadonlySet<string> = new Set();
  // As many runs go on beyond their timeouts as may.
  #isFull = false;
  #hasCrashed = false;
  // The deadline of the stop is over.
  #isOver = false;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.work = new WorkState(options.tidPrefix);
    const report = (error: unknown, context: string): void => this.#conclusion.report(error, context);
    this.#host = { log: options.log, isInterrupted: false, client: options.client, report };
    const timeouts = new Timeouts({
      most: options.concurrency,
      capsule: options.capsule,
      log: options.log,
      overrun: (job, error) => this.#conclusion.overrun(job, error),
      full: (isFull) => this.#full(isFull),
      report,
    });
    const parts = { work: this.work, jobLogger: new JobLogger(options.log), timeouts };
    const conclusion = (this.#conclusion = new Conclusion({ ...options, ...parts }));
    this.#processor = new Processor({ ...options, ...parts, host: this.#host, conclusion });
    this.fetch = options.fetch({
      deliver: (units) => this.#take(units),
      lost: (unit) => this.#lost(unit),
      hindered: options.onHindered,
    });
  }

  /** It takes no more jobs. */
  get isQuiet(): boolean {
    return this.#host.isInterrupted;
  }

  /** Leaves these queues alone from now on. */
  pause(queues: ReadonlySet<string>): void {
    this.#paused = queues;
    this.#leaveAlone();
  }

  #full(isFull: boolean): void {
    this.#isFull = isFull;
    this.#leaveAlone();
  }

  #leaveAlone(): void {
    this.fetch.pause(this.#isFull ? new Set(this.#options.queues) : this.#paused);
  }

  start(): Promise<void> {
    return this.fetch.start();
  }

  /** An exception that nobody caught ends the process: what it cuts off counts as rescued once. */
  crashed(): void {
    this.#hasCrashed = true;
  }

  /** Takes no more jobs, and tells those that run, and those that may still come of calls that are under way. */
  quiet(): Promise<void> {
    this.#host.isInterrupted = true;
    for (const job of this.work.jobs()) job.interrupt();
    return this.fetch.quiet();
  }

  /** Resolves with how many jobs were handed back unfinished, whatever the server refuses. */
  async stop(deadline: StopDeadline): Promise<number> {
    await deadline.allows(this.quiet());
    const isDone = await deadline.allows(this.work.emptied());
    this.#isOver = true;
    const handedBack = isDone ? 0 : await this.#handBack();
    await within(GIVE_BACK_MS, this.#conclusion.settled());
    await within(GIVE_BACK_MS, this.fetch.stop().catch(this.#options.onHindered));
    this.fetch.disconnect();
    return handedBack;
  }

  #take(units: readonly UnitOfWork[]): void {
    if (!this.#isOver) this.#processor.run(units);
    // They were asked for before the stop, and came too late to be waited for.
    else for (const unit of units) this.#conclusion.settle(unit, this.#giveBack(unit));
  }

  async #giveBack(unit: UnitOfWork): Promise<void> {
    await this.fetch.requeue([unit]);
    unit.acknowledge();
  }

  /** Requeue first, then abort: a job that runs twice is better than a job that is lost. */
  async #handBack(): Promise<number> {
    const pills = this.#hasCrashed ? await this.#strike(this.work.jobs()) : new Set();
    // Anew: some have ended meanwhile. Of others death handlers alone are still at work: a basic fetch would put them back.
    const jobs = this.work.jobs().filter(({ isWritten }) => !isWritten);
    this.#tell(jobs.filter((job) => job.isUndecided && !pills.has(job.unit)));
    const requeue = this.fetch.requeue(jobs.map((job) => job.unit).filter((unit) => !pills.has(unit)));
    const moved = await within(GIVE_BACK_MS, requeue.catch(this.#options.onHindered));
    // What is refused for good stays in its slot, for a rescuer; of a basic fetch it is gone.
    const isBack = moved
      ? "the job is back in its queue"
      : "Redis has not said that the job is back in its queue";
    // Those that ended during that have been counted, and belong in no dead set.
    for (const job of this.work.jobs()) {
      const isPill = pills.has(job.unit);
      const why = isPill
        ? "The worker stops by an uncaught exception once more; the job is in the dead set"
        : `The worker stops; ${isBack}`;
      this.#conclusion.giveAway(job, { kind: "handedBack" }, new ShutdownError(why));
      if (isPill) this.#conclusion.condemn(job);
    }
    // They are back, and what their hooks answer changes nothing any more.
    this.#conclusion.hurry();
    // Death handlers tell of what is written, and nobody else ever will: they have as long as what was cut off.
    await within(UNWIND_MS, this.work.emptied());
    this.#conclusion.hurryDeaths();
    return moved ?? 0;
  }

  #tell(jobs: readonly RunningJob[]): void {
    const nowMs = Date.now();
    for (const { jid, payload, queue, startedAtMs } of jobs) {
      const seconds = (nowMs - startedAtMs) / 1_000;
      try {
        this.#options.log.info({ jid, class: displayClass(payload), queue, seconds }, "Handing back");
      } catch (error) {
        // They go back all the same.
        this.#conclusion.report(error, `Could not log that a job of queue ${queue} is handed back`);
      }
    }
  }

  /** Without an answer in time nothing is held against anybody: what runs goes back. */
  async #strike(jobs: readonly RunningJob[]): Promise<ReadonlySet<UnitOfWork>> {
    // What has ended is being written already.
    const units = jobs.filter((job) => !job.isConcluded).map((job) => job.unit);
    const struck = this.#options.strike(units).catch(this.#options.onHindered);
    return (await within(GIVE_BACK_MS, struck)) ?? new Set();
  }

  #lost(unit: UnitOfWork): void {
    const job = this.work.jobs().find((one) => one.unit === unit);
    const why =
      "This process stood still for too long, frozen or blocked by a job; this job has been given to another";
    if (job) this.#conclusion.giveAway(job, { kind: "lost" }, new ShutdownError(why));
  }
}
