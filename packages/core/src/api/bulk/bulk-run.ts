/** Doing something to many jobs: a hundred at a time, no faster than is asked for, until somebody ends it. */
import { setTimeout as sleep } from "node:timers/promises";
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import { LONGEST_TIMER_MS } from "../../wire/time-limits.ts";
import type { JobRecord } from "../job-record.ts";

/** How many jobs something was done to so far. */
export interface BulkReport {
  /** How many it was done to. */
  readonly done: number;
  /** How many were gone: somebody else had moved them meanwhile. */
  readonly gone: number;
  /** How many it cannot be done to, because they are no jobs (delete or kill them), or because `only` has refused them. */
  readonly skipped: number;
  /**
   * Of a queue, at most how many were left alone though they may have been there: where those beside them are gone, nobody can tell
   * them from what was pushed since. Do it again for them. 0 of a set.
   */
  readonly unsure: number;
  /** How many jobs were looked at to find them. */
  readonly looked: number;
  /** Whether the signal ended it before all was done. */
  readonly isAborted: boolean;
  /**
   * Of a queue, digests of jobs that were there and are not done yet: when it breaks off, give the last that were told to the next
   * work as its `newest`, and it goes on with what is left. Those of the preview this work takes away. Undefined of a set.
   */
  readonly newest?: readonly string[] | undefined;
}

/** How something is done to many jobs. */
export interface BulkOptions {
  /** At most so many jobs in a second, above 0. @default as fast as Redis answers */
  perSecond?: number;
  /**
   * Asked of each job just before something is done to it: what it answers false for is left alone, and counted as skipped.
   * What it throws ends the work.
   *
   * @default all that the scope means
   */
  only?: ((job: JobRecord) => boolean | Promise<boolean>) | undefined;
  /** Told after each hundred, and before it rejects of those that it was done to by then. */
  onProgress?: ((report: BulkReport) => void) | undefined;
  /**
   * Ends it after the hundred that is on its way, or at once while `only` is asked: it resolves to what was done.
   *
   * @default nobody ends it
   */
  signal?: AbortSignal | undefined;
}

/** A piece of what was found: those to act on, and how many were looked at for them. */
export interface Batch<T> {
  readonly jobs: readonly T[];
  readonly looked: number;
  /** Of how many nobody knows by now whether they were there. */
  readonly unsure?: number;
}

/** What came of one act. */
export interface Acted {
  readonly done: number;
  readonly skipped?: number;
}

/** Does it to a hundred. It tells of each job that it was done to, for the count when it breaks off. */
export type Act<T> = (jobs: readonly T[], tell: () => void) => Promise<Acted>;

const SLICE = 100;
const OPTIONS = ["perSecond", "only", "onProgress", "signal"];

/**
 * @param most it is done to no more, whatever is found
 * @param marks by which the next work tells what was there
 */
export const runBulk = async <T extends JobRecord>(
  batches: AsyncIterable<Batch<T>>,
  most: number,
  { perSecond = Infinity, only, onProgress, signal }: BulkOptions,
  act: Act<T>,
  marks?: () => readonly string[] | undefined,
): Promise<BulkReport> => {
  let report: BulkReport = {
    done: 0,
    gone: 0,
    skipped: 0,
    unsure: 0,
    looked: 0,
    isAborted: signal?.aborted ?? false,
  };
  const size = Math.max(1, Math.min(SLICE, Math.floor(perSecond)));
  const beganAt = performance.now();
  if (report.isAborted) return report;
  let left = most;
  let unsure = 0;
  const told = (more: Partial<BulkReport> = {}): BulkReport => {
    const newest = marks?.();
    // Of those that were counted no more can be left than were not met.
    return { ...report, unsure: Math.min(unsure, left), ...(newest && { newest }), ...more };
  };
  for await (const { jobs, looked, unsure: passed = 0 } of batches) {
    unsure = passed;
    report = { ...report, looked: report.looked + looked };
    for (let from = 0; from < jobs.length; from += size) {
      // Before them, and not behind the last: who waits for nothing more has ended.
      if (report.done > 0)
        await pause(beganAt + (report.done * 1_000) / perSecond - performance.now(), signal);
      if (signal?.aborted) return told({ isAborted: true });
      const found = jobs.slice(from, from + size);
      const meant = only ? await chosen(found, only, signal) : found;
      if (meant === undefined) return told({ isAborted: true });
      const some = meant.slice(0, left);
      left -= some.length;
      const { done: before } = report;
      const broken = (count: number) => onProgress?.(told({ done: before + count }));
      const { done, skipped = 0 } = await acted(some, act, broken);
      report = {
        ...report,
        done: report.done + done,
        skipped: report.skipped + skipped + found.length - meant.length,
        gone: report.gone + some.length - done - skipped,
      };
      onProgress?.(told());
      if (left <= 0) return told();
    }
    if (signal?.aborted) return told({ isAborted: true });
  }
  return told();
};

/** @param broken told to how many it was done when it breaks off */
const acted = async <T>(jobs: readonly T[], act: Act<T>, broken: (count: number) => void): Promise<Acted> => {
  let count = 0;
  try {
    return await act(jobs, () => count++);
  } catch (error) {
    broken(count);
    throw error;
  }
};

/** Undefined when it is ended before all have answered: `only` may ask somebody who never does. */
const chosen = async <T extends JobRecord>(
  jobs: readonly T[],
  only: NonNullable<BulkOptions["only"]>,
  signal: AbortSignal | undefined,
): Promise<readonly T[] | undefined> => {
  let end = (): void => {};
  const ended = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
  signal?.addEventListener("abort", end, { once: true });
  try {
    const answers = await Promise.race([Promise.all(jobs.map(async (job) => only(job))), ended]);
    return answers && jobs.filter((_, i) => answers[i] === true);
  } finally {
    signal?.removeEventListener("abort", end);
  }
};

/** @throws ConfigError when an option is unknown or out of range */
export const checkBulk = (options: BulkOptions, more: readonly string[] = []): void => {
  refuseUnknown("bulk work", options, [...OPTIONS, ...more]);
  const { perSecond = 1 } = options;
  if (!(perSecond > 0)) {
    throw new ConfigError(`Expected \`perSecond\` to be a number above 0, got ${shown(perSecond)}.`);
  }
};

const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  // Who is asked to go slow may be asked to end as well, at any time.
  if (ms > 0) await sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, signal && { signal }).catch(() => {});
};
