/**
 * One capsule's slots: takes as many jobs as are free, runs a Processor for each, and on stop waits, then
 * hands back what is unfinished.
 */
import type { Fetch, FetchEvents, UnitOfWork } from "./fetch.ts";
import type { Metrics } from "./metrics.ts";
import { Processor } from "./processor.ts";
import type { ProcessorOptions } from "./processor.ts";
import { displayClass } from "@tsq/core/protocol";
import type { Deadline } from "./deadline.ts";
import { within } from "./within.ts";
import { WorkState } from "./work-state.ts";

// As long as Ruby gives its threads to unwind after a hard shutdown.
const UNWIND_MS = 3_000;
const GIVE_BACK_MS = 3_000;

export interface ManagerOptions extends Omit<ProcessorOptions, "work"> {
  readonly metrics: Metrics;
  /** Prefix of the thread ids of this capsule's jobs. */
  readonly tidPrefix: string;
  readonly fetch: (events: FetchEvents) => Fetch;
  readonly onFailing: FetchEvents["failing"];
  readonly onRecovered: FetchEvents["recovered"];
  readonly onHindered: FetchEvents["hindered"];
}

export class Manager {
  readonly work: WorkState;
  readonly fetch: Fetch;
  readonly #processor: Processor;
  readonly #options: ManagerOptions;
  // The deadline of the stop is over.
  #isOver = false;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.work = new WorkState(options.tidPrefix);
    this.#processor = new Processor({ ...options, work: this.work });
    this.fetch = options.fetch({
      deliver: (unit) => this.#take(unit),
      lost: (unit) => this.#abandon(unit),
      failing: options.onFailing,
      recovered: options.onRecovered,
      hindered: options.onHindered,
    });
  }

  start(): Promise<void> {
    return this.fetch.start();
  }

  quiet(): Promise<void> {
    return this.fetch.quiet();
  }

  /** Resolves with how many jobs were handed back unfinished, whatever the server refuses. */
  async stop(deadline: Deadline): Promise<number> {
    await deadline.allows(this.quiet());
    const isDone = await deadline.allows(this.work.emptied());
    this.#isOver = true;
    const handedBack = isDone ? 0 : await this.#handBack();
    await within(GIVE_BACK_MS, this.#processor.settled());
    await within(GIVE_BACK_MS, this.fetch.stop().catch(this.#options.onHindered));
    this.fetch.disconnect();
    return handedBack;
  }

  #take(unit: UnitOfWork): void {
    if (!this.#isOver) this.#processor.run(unit);
    // It was asked for before the stop, and came too late to be waited for.
    else this.#processor.settle(unit, this.#giveBack(unit));
  }

  async #giveBack(unit: UnitOfWork): Promise<void> {
    await this.fetch.requeue([unit]);
    unit.acknowledge();
  }

  /** Requeue first, then abort: a job that runs twice is better than a job that is lost. */
  async #handBack(): Promise<number> {
    const jobs = this.work.jobs();
    const requeue = this.fetch.requeue(jobs.map((job) => job.unit));
    const moved = await within(GIVE_BACK_MS, requeue.catch(this.#options.onHindered));
    for (const job of jobs) {
      // Sidekiq counts a job that a stop cut off as processed and as failed.
      if (!job.hasFailed)
        this.#options.metrics.failed(job.definition ? displayClass(job.payload) : undefined);
      job.abandon("The worker stops; the job is back in its queue");
    }
    await within(UNWIND_MS, this.work.emptied());
    return moved ?? 0;
  }

  #abandon(unit: UnitOfWork): void {
    this.work
      .jobs()
      .find((job) => job.unit === unit)
      ?.abandon("This process was frozen for too long; the job has been given to another");
  }
}
