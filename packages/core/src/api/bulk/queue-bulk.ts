/** Repairing many jobs of a queue at once: a selection, or all that a filter means. */
import { queueName } from "../../moves/job-edit.ts";
import type { QueuedJob } from "../queues/queued-job.ts";
import type { QueueSlices } from "../search/queue-slices.ts";
import { lookedAt } from "../search/slices.ts";
import { checkLook, look } from "../search/look.ts";
import type { LookOptions } from "../search/look.ts";
import type { KillOptions } from "../sets/killing.ts";
import { checkBulk, runBulk } from "./bulk-run.ts";
import type { Act, Batch, BulkOptions, BulkReport } from "./bulk-run.ts";
import { PreviewTally } from "./bulk-scope.ts";
import { JobsBefore } from "./jobs-before.ts";
import { MarksLeft } from "./marks-left.ts";
import type { BulkPreview, CheckedScope } from "./bulk-scope.ts";

/** What is needed of a queue. */
export interface BulkQueue {
  slices(): QueueSlices;
}

/**
 * What can be done to many jobs of a queue. Each is taken off by itself, and looked for by its bytes from the nearer end of
 * the queue: that keeps Redis for about 0.1 ms for every thousand jobs on the way, so give a long queue a pace.
 * What was pushed after the preview, or else after the work began, is left out, whatever time it says. Jobs that come back, because
 * a worker stops or has died, lie among those that were there: with the preview's `count` it is done to no more than were.
 */
export class QueueBulk {
  readonly #queue: BulkQueue;
  readonly #scope: CheckedScope;
  readonly #ids: ReadonlySet<string | undefined> | undefined;

  constructor(queue: BulkQueue, scope: CheckedScope) {
    this.#queue = queue;
    this.#scope = scope;
    this.#ids = scope.ids && new Set(scope.ids);
  }

  /**
   * Counts what the work would be done to, by class and queue, and fixes what comes later.
   *
   * @param options how far to look; all unless `most` says otherwise
   * @throws ConfigError when an option is out of range
   */
  async preview(options: Omit<LookOptions, "filter"> = {}): Promise<BulkPreview> {
    checkLook("a preview", options, ["most", "only", "onProgress", "signal"]);
    const asOf = this.#scope.asOf ?? new Date();
    const tally = new PreviewTally();
    const { jobs, newest } = await this.#jobs();
    const sofar = await look(
      jobs,
      this.#scope.filter,
      { most: Infinity, ...options },
      (job) => {
        if (this.#isMeant(job, asOf)) tally.add(job);
      },
      asOf.getTime(),
    );
    return { ...tally.counts(), ...sofar, asOf, upTo: -Infinity, newest, ahead: [] };
  }

  /** Deletes them. @throws ClaimUnknownError when an answer was lost, as all of these do */
  async delete(options: BulkOptions = {}): Promise<BulkReport> {
    return this.#each(options, (job) => job.delete());
  }

  /** Moves them to the dead set. Death handlers are told only when `notify` is true, as by `killAll()`. */
  async kill({ notify = false, error, ...options }: BulkOptions & KillOptions = {}): Promise<BulkReport> {
    return this.#each(options, (job) => job.kill({ notify, ...(error === undefined ? {} : { error }) }));
  }

  /**
   * Moves them to the far end of another queue, the newest first.
   *
   * @throws InvalidJobError when the name is none
   */
  async move(queue: string, options: BulkOptions = {}): Promise<BulkReport> {
    const to = queueName(queue);
    return this.#each(options, (job) => (job.error ? undefined : job.move(to)));
  }

  /** One after the other: each keeps Redis from others for the way to its job. */
  #each(options: BulkOptions, act: (job: QueuedJob) => Promise<boolean> | undefined): Promise<BulkReport> {
    checkBulk(options);
    const marks = new MarksLeft();
    const all: Act<QueuedJob> = async (jobs, tell) => {
      let done = 0;
      let skipped = 0;
      for (const job of jobs) {
        const outcome = act(job);
        if (!outcome) {
          skipped++;
          continue;
        }
        const isDone = await outcome;
        marks.isGone(job);
        if (!isDone) continue;
        done++;
        tell();
      }
      return { done, skipped };
    };
    return runBulk(this.#batches(marks), this.#scope.count, options, all, () => marks.digests);
  }

  async *#batches(marks: MarksLeft): AsyncGenerator<Batch<QueuedJob>> {
    const asOf = this.#scope.asOf ?? new Date();
    const nowMs = asOf.getTime();
    const { jobs, newest } = await this.#jobs();
    marks.begin(newest);
    const meantOf = (some: readonly QueuedJob[]): readonly QueuedJob[] =>
      some.filter(
        (record) => this.#isMeant(record, asOf) && this.#scope.filter.covers(lookedAt(record, jobs, nowMs)),
      );
    let unsure = 0;
    const batchOf = (some: readonly QueuedJob[], behind: readonly QueuedJob[]): Batch<QueuedJob> => {
      marks.comesTo(some, behind);
      return { jobs: meantOf(some), looked: some.length, unsure };
    };
    // By the last one of a piece the place of the next is found: it must still be there then.
    let held: readonly QueuedJob[] = [];
    for (let slice = await jobs.next(); slice; slice = await jobs.next()) {
      if (jobs.left.length > 0) unsure += meantOf(jobs.left).length;
      if (slice.length === 0) continue;
      if (jobs.isSure) unsure = 0;
      const last = slice.slice(-1);
      yield batchOf([...held, ...slice.slice(0, -1)], last);
      held = last;
    }
    yield batchOf(held, []);
  }

  /** Those that were there, and what tells it. */
  async #jobs(): Promise<{ readonly jobs: JobsBefore; readonly newest: readonly string[] }> {
    const slices = this.#queue.slices();
    const newest = this.#scope.newest ?? (await slices.marks());
    return { jobs: new JobsBefore(slices, newest), newest };
  }

  #isMeant(job: QueuedJob, asOf: Date): boolean {
    if (this.#ids && !this.#ids.has(job.jid)) return false;
    // Whoever names a time and no jobs means what says so.
    if (this.#scope.newest || !this.#scope.asOf) return true;
    return job.enqueuedAt === undefined || job.enqueuedAt <= asOf;
  }
}
