/** The jobs of a worker, found by the classes on the wire. */
import { ConfigError, isJob } from "@tsq/core";
import type { Job } from "@tsq/core";

/** @throws ConfigError naming what is no job, or two jobs of one name */
export const jobsByName = (jobs: unknown): ReadonlyMap<string, Job<readonly unknown[]>> => {
  if (!Array.isArray(jobs)) {
    const got = isJob(jobs) ? `the job \`${jobs.name}\`. Write \`jobs: [job]\`` : `\`${String(jobs)}\``;
    throw new ConfigError(`Expected \`jobs\` to be an array of jobs, got ${got}.`);
  }
  const byName = new Map<string, Job<readonly unknown[]>>();
  for (const job of jobs as readonly unknown[]) {
    if (!isJob(job))
      throw new ConfigError(
        `Expected every one of \`jobs\` to come from defineJob(), got \`${String(job)}\`.`,
      );
    if (!job.handler) {
      throw new ConfigError(
        `Expected every one of \`jobs\` to come from defineJob(), got the remoteJob() \`${job.name}\`, which has nothing to run. Leave it out.`,
      );
    }
    if (byName.has(job.name) && byName.get(job.name) !== job) {
      throw new ConfigError(
        `Two jobs are named \`${job.name}\`. Names are the classes on the wire: rename one.`,
      );
    }
    byName.set(job.name, job);
  }
  return byName;
};
