/**
 * Reading many jobs without keeping the event loop: a slice is read in portions, with a turn of everybody else before each. What
 * waits meanwhile, such as a page of the dashboard, waits for one portion and not for a slice.
 */
import { setImmediate as othersTurn } from "node:timers/promises";
import type { JobRecord } from "../job-record.ts";

/** Of usual jobs that is about a millisecond of parsing, and a turn takes some microseconds. */
const MOST_JOBS = 100;
/** Of large ones fewer are enough. */
const MOST_BYTES = 65_536;

/**
 * Resolves when others had their turn, to where the portion ends that begins at `from`: it has one job at least, and at most a
 * hundred.
 */
export const nextPortion = async (
  jobs: readonly Pick<JobRecord, "bytes">[],
  from: number,
): Promise<number> => {
  await othersTurn();
  const most = Math.min(from + MOST_JOBS, jobs.length);
  let bytes = 0;
  let end = from;
  while (end < most) {
    bytes += jobs[end]?.bytes.length ?? 0;
    if (end > from && bytes > MOST_BYTES) break;
    end++;
  }
  return end;
};
