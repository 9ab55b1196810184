/** What is kept of runs that Sidekiq does not keep, on its way from where it happens to Redis: bounded at every step. */

/** What is kept, and how much of it. */
export interface KeepLimits {
  /** Of so many jobs the last failures; 0 is none. */
  readonly attempts: number;
  /** So many jobs that have ended; 0 is none. */
  readonly finished: number;
  readonly waits: boolean;
  readonly lag: boolean;
  /** How long failures and jobs that have ended are kept. */
  readonly days: number;
}

/** A run that failed. */
export interface KeptAttempt {
  readonly atMs: number;
  readonly attempt: number;
  readonly error_class: string;
  readonly error_message: string;
  readonly identity: string;
  readonly ms: number;
}

/** A job that has ended, and is nowhere else. */
export interface KeptJob {
  readonly atMs: number;
  readonly jid: string;
  readonly class: string;
  readonly queue: string;
  /** `done`, `drop`, `discard`, `cancelled` or `late`. */
  readonly as: string;
  readonly identity: string;
  readonly ms: number;
  readonly waited?: number;
}

export interface KeptWaits {
  /** By WAIT_LIMITS_MS. */
  readonly counts: number[];
  ms: number;
}

/** What has been kept since the last beat. */
export interface Kept {
  readonly limits: KeepLimits;
  readonly attempts: ReadonlyMap<string, readonly KeptAttempt[]>;
  readonly finished: readonly KeptJob[];
  readonly waits: ReadonlyMap<string, KeptWaits>;
}

// A storm of failures is told by a few of them, and costs a beat no more than these.
export const MOST_JIDS = 200;
/** Of one job. */
export const MOST_ATTEMPTS = 10;
// Of a process that runs more than these between two beats, a sample.
export const MOST_FINISHED = 100;

/** Of two beats, where the first could not be written. */
export const addedKept = (one: Kept | undefined, other: Kept | undefined): Kept | undefined => {
  if (!one || !other) return one ?? other;
  const attempts = new Map(one.attempts);
  for (const [jid, more] of other.attempts) {
    const before = attempts.get(jid);
    if (before) attempts.set(jid, [...before, ...more].slice(-MOST_ATTEMPTS));
    else if (attempts.size < MOST_JIDS) attempts.set(jid, more);
  }
  const waits = new Map(one.waits);
  for (const [queue, { counts, ms }] of other.waits) {
    const before = waits.get(queue);
    const sums = before ? counts.map((count, i) => count + (before.counts[i] ?? 0)) : counts;
    waits.set(queue, { counts: sums, ms: ms + (before?.ms ?? 0) });
  }
  const finished = [...one.finished, ...other.finished].slice(-MOST_FINISHED);
  return { limits: other.limits, attempts, finished, waits };
};
