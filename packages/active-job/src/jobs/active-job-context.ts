/** What a handler of ActiveJob sees of its job: all that a job of tsq sees of itself, and what is in its envelope. */
import type { JobContext } from "@tsq/core";

/** What `job.retryJob()` takes, as Rails' `retry_job`. */
export interface RetryJobOptions {
  /** Seconds from now, up to 1,000,000,000. @default at once */
  wait?: number | undefined;
  /** An instant: a Date, seconds since 1970, or a value of Temporal that is one. One that is past means now. Before the year 5138. */
  waitUntil?: Date | number | { readonly epochMilliseconds: number } | undefined;
  /** Another queue; its prefix comes before it. */
  queue?: string | undefined;
  /** Another priority, an integer. */
  priority?: number | undefined;
}

/** What a handler and the callbacks of `defineActiveJob()` see of the job that runs. */
export interface ActiveJobContext extends JobContext {
  /** ActiveJob's own id. `jid` is the one that Ruby calls `provider_job_id`, and is another after each `retryOn`. */
  readonly jobId: string;
  /** The arguments, decoded. */
  readonly arguments: readonly unknown[];
  /** How often it has run by ActiveJob's count, this run too: 1 for the first. Sidekiq's own retries do not count, as in Rails. */
  readonly executions: number;
  /** How often it has ended with the errors of each rule of `retryOn`, by Ruby's key: `{ "[ArgumentError]": 1 }`. */
  readonly exceptionExecutions: Readonly<Record<string, number>>;
  readonly priority: number | null;
  /** The locale that it was enqueued with. */
  readonly locale: string | undefined;
  /** The time zone that it was enqueued with, by Rails' name. */
  readonly timezone: string | undefined;
  /** When it was enqueued, by the clock of whoever did. */
  readonly enqueuedAt: Date | undefined;
  /** For when it was enqueued; undefined where Rails did not write that. */
  readonly scheduledAt: Date | undefined;
  /**
   * Enqueues the job again, as Rails' `retry_job`: as a new job of Sidekiq with the counts so far. It does not end this run.
   *
   * @returns its jid, or null when a callback or a client middleware stopped it
   * @throws InvalidJobError naming the option, what came and what to do; what the push throws
   */
  retryJob(options?: RetryJobOptions): Promise<string | null>;
}
