/**
 * Ends what runs for longer than its `timeout`: the signal aborts, and the run has a grace to end by itself. After that
 * it overruns: it counts as failed, its place is free for another job, and whatever it still does counts no more.
 */
import type { Logger } from "pino";
import { JobTimeoutError } from "@tsq/core";
import { displayClass } from "@tsq/core/protocol";
import type { RunningJob } from "./running-job.ts";

const GRACE_MS = 5_000;
// In one line of the log.
const MOST_NAMED = 20;

export interface TimeoutsOptions {
  /** So many runs of a capsule may overrun at a time: its concurrency. */
  readonly most: number;
  /** Its name, for the log. */
  readonly capsule: string;
  readonly log: Logger;
  /** This run has failed, and its place is another's. */
  readonly overrun: (job: RunningJob, error: JobTimeoutError) => void;
  /** As many overrun as may: no job is to be taken until it is told otherwise. */
  readonly full: (isFull: boolean) => void;
  /** The log itself throws. */
  readonly report: (error: unknown, context: string) => void;
}

export class Timeouts {
  readonly #options: TimeoutsOptions;
  readonly #overrunning = new Set<RunningJob>();
  // Their grace is over, and as many overrun as may: they wait for one of these to end, and keep their places.
  readonly #waiting: RunningJob[] = [];

  constructor(options: TimeoutsOptions) {
    this.#options = options;
  }

  /** The handler is called now. Nothing is allocated for a job without a timeout. */
  begin(job: RunningJob): void {
    const timeoutMs = job.runnable?.timeoutMs;
    if (timeoutMs === undefined) return;
    // A middleware may run the job once more, also when nobody waits for its end any more.
    clearTimeout(job.timer);
    if (!job.isUndecided) return;
    job.timer = setTimeout(() => this.#abort(job, timeoutMs), timeoutMs);
  }

  /** A run that overran has ended after all. */
  returned(job: RunningJob): void {
    this.#overrunning.delete(job);
    this.#say(
      "info",
      fieldsOf(job),
      "A run that went on beyond its timeout has ended; its result counts no more",
    );
    const next = this.#nextWaiting();
    if (next) this.#overrun(next);
    else if (this.#overrunning.size === this.#options.most - 1) {
      this.#options.full(false);
      this.#say("info", { capsule: this.#options.capsule }, "Taking jobs again");
    }
  }

  #abort(job: RunningJob, timeoutMs: number): void {
    job.abort(
      new JobTimeoutError(
        `The job ran for longer than its timeout of ${timeoutMs / 1_000} s. Let it end when \`job.signal\` aborts, do less at a time, or raise \`timeout\`.`,
      ),
    );
    job.timer = setTimeout(() => this.#overrun(job), job.runnable?.graceMs ?? GRACE_MS);
  }

  #overrun(job: RunningJob): void {
    job.timer = undefined;
    const { most, overrun, full } = this.#options;
    if (this.#overrunning.size >= most) {
      this.#waiting.push(job);
      this.#say(
        "warn",
        fieldsOf(job),
        "The job does not end at its timeout; it keeps its place, for too many go on already",
      );
      return;
    }
    this.#overrunning.add(job);
    job.isOverrunning = true;
    const { abortReason } = job;
    const error =
      abortReason instanceof JobTimeoutError ? abortReason : new JobTimeoutError("The job timed out");
    this.#say(
      "warn",
      fieldsOf(job),
      "The job does not end at its timeout; it has failed, and goes on beside the others. A retry that follows may run beside it",
    );
    overrun(job, error);
    if (this.#overrunning.size < most) return;
    full(true);
    const jobs = [...this.#overrunning]
      .slice(0, MOST_NAMED)
      .map(({ jid, payload }) => ({ jid, class: displayClass(payload) }));
    this.#say(
      "warn",
      { capsule: this.#options.capsule, overrunning: most, jobs },
      "Too many jobs go on beyond their timeouts; taking none until one of them ends. Restart the process, and find out why they do not end by `job.signal`",
    );
  }

  /** A log that throws must not keep a place from being freed. */
  #say(level: "info" | "warn", fields: Readonly<Record<string, unknown>>, text: string): void {
    try {
      this.#options.log[level](fields, text);
    } catch (error) {
      this.#options.report(error, `Could not log: ${text}`);
    }
  }

  #nextWaiting(): RunningJob | undefined {
    for (;;) {
      const job = this.#waiting.shift();
      if (!job || job.isUndecided) return job;
    }
  }
}

/** What the log says of a run beyond its timeout; both times in seconds. */
const fieldsOf = ({
  jid,
  payload,
  queue,
  runnable,
  startedAtMs,
}: RunningJob): Readonly<Record<string, unknown>> => ({
  jid,
  class: displayClass(payload),
  queue,
  timeout: (runnable?.timeoutMs ?? 0) / 1_000,
  elapsed: (Date.now() - startedAtMs) / 1_000,
});
