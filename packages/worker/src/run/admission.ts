/** What may keep a job from starting, asked once, before its `start` line. Free where nothing asks. */
import type { Ending } from "./ending.ts";
import type { RunningJob } from "./running-job.ts";

/**
 * Answers how the job ends without having begun, or nothing for one that may run. A promise only of the few for which
 * somebody must be asked: meanwhile the job holds its place, and if it is rejected, the job may run.
 */
export type Admission = (job: RunningJob) => Ending | undefined | Promise<Ending | undefined>;

/** All of these as one, of which the first that answers decides; undefined when there is none. */
export const admissionBy = (all: readonly Admission[]): Admission | undefined => {
  if (all.length < 2) return all[0];
  return (job) => {
    for (const admission of all) {
      const refusal = admission(job);
      if (refusal) return refusal;
    }
    return undefined;
  };
};
