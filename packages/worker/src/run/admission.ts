/** What may keep a job from starting, asked once, before its `start` line. Free where nothing asks. */
import type { Ending } from "./ending.ts";
import type { RunningJob } from "./running-job.ts";

/**
 * Answers how the job ends without having begun, or nothing for one that may run. A promise only of the few for which
 * somebody must be asked: meanwhile the job holds its place, and if it is rejected, nothing of it keeps the job from running.
 */
export type Admission = (job: RunningJob) => Ending | undefined | Promise<Ending | undefined>;

/** All of these as one, of which the first that answers decides; undefined when there is none. */
export const admissionBy = (all: readonly Admission[]): Admission | undefined => {
  if (all.length < 2) return all[0];
  return (job) => ask(all, job, 0);
};

const ask = (all: readonly Admission[], job: RunningJob, from: number): ReturnType<Admission> => {
  for (let i = from; i < all.length; i++) {
    const answer = all[i]?.(job);
    if (answer instanceof Promise) return askOn(all, job, i + 1, answer);
    if (answer) return answer;
  }
  return undefined;
};

/** Those behind one that answers later wait for it. */
const askOn = async (
  all: readonly Admission[],
  job: RunningJob,
  from: number,
  asked: Promise<Ending | undefined>,
): Promise<Ending | undefined> => {
  // Who could not find out keeps no job from running, nor the others from being asked.
  const answer = await asked.catch(() => undefined);
  return answer ?? ask(all, job, from);
};
