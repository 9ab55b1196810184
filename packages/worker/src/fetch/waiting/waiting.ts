/**
 * How a capsule that finds nothing to fetch learns of the next job. A wake-up is never a job by itself: what wakes the
 * capsule is a job on a pad, which is safe in Redis, or word that there may be one, and then a fetch call takes it.
 */

/** A job by the name of its queue. */
export interface TakenJob {
  readonly queue: string;
}

/** Queues are known by their places in the capsule, from 0. */
export interface Waiting {
  start(): void;
  /** Nothing is left to fetch, and there is room: from now on the next job wakes the capsule. */
  arm(): void;
  /** How many jobs may come without being asked for, and so need room. */
  armed(): number;
  /**
   * A fetch call need not name this queue: it is known to be empty, or another process looks after it.
   *
   * @param isShort the capsule has found less than it asked for: who works off a full queue looks by itself
   */
  isWatching(queue: number, isShort: boolean): boolean;
  /** These jobs have been taken, by a pad or by a fetch call. */
  took(jobs: readonly TakenJob[]): void;
  /** The job that came by this queue is where it belongs. */
  cleared(queue: number): void;
  /** There is no room for another job. */
  full(): void;
  /** These queues are left alone from now on, and no others. */
  pause(which: (queue: number) => boolean): void;
  /** Resolves when no job can come any more. */
  disarm(): Promise<void>;
  /** Waits for a disarm that is under way, but not for ever. */
  disarmed(): Promise<void>;
  /** The queues of which a job may still come to a pad, although nothing waits there as far as is known: a connection was lost. */
  takingLate(): readonly number[];
  stop(): void;
}
