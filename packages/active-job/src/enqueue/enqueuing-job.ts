/** What the callbacks of an enqueuing see. */

/** A job that is being enqueued. */
export interface EnqueuingJob {
  /** Its class in Ruby. */
  readonly class: string;
  /** ActiveJob's own id, which stays the same through `retryOn`. */
  readonly jobId: string;
  /** As they were given; of one that is enqueued again, as its handler got them. */
  readonly arguments: readonly unknown[];
  /** With its prefix. */
  readonly queue: string;
  readonly priority: number | null;
  /** When it is to run; undefined when that is at once. */
  readonly scheduledAt: Date | undefined;
  /** How often it has run: 0 unless it is enqueued again. */
  readonly executions: number;
  /** Once it is pushed, its jid; null when a client middleware stopped it. */
  readonly jid?: string | null | undefined;
}
