/** The jobs of a worker, found by the classes on the wire. */
import { ConfigError, isJob } from "@tsq/core";
import type { Job, RawPayload, Registry, Runnable } from "@tsq/core";
import { runnableOf } from "@tsq/core/protocol";

export class JobRegistry implements Registry {
  readonly names: readonly string[];
  readonly #runnables: ReadonlyMap<unknown, Runnable>;

  /** @throws ConfigError naming what is no job, or two jobs of one name */
  constructor(jobs: unknown) {
    this.#runnables = runnablesByName(jobs);
    this.names = [...this.#runnables.values()].map(({ name }) => name);
  }

  find(payload: RawPayload): Runnable | undefined {
    return this.#runnables.get(payload["class"]);
  }
}

const runnablesByName = (jobs: unknown): ReadonlyMap<string, Runnable> => {
  if (!Array.isArray(jobs)) {
    const got = isJob(jobs) ? `the job \`${jobs.name}\`. Write \`jobs: [job]\`` : `\`${String(jobs)}\``;
    throw new ConfigError(`Expected \`jobs\` to be an array of jobs, got ${got}.`);
  }
  const named = new Map<string, Job<readonly unknown[]>>();
  const runnables = new Map<string, Runnable>();
  for (const job of jobs as readonly unknown[]) {
    if (!isJob(job))
      throw new ConfigError(
        `Expected every one of \`jobs\` to come from defineJob(), got \`${String(job)}\`.`,
      );
    const runnable = runnableOf(job);
    if (!runnable) {
      throw new ConfigError(
        `Expected every one of \`jobs\` to come from defineJob(), got the remoteJob() \`${job.name}\`, which has nothing to run. Leave it out.`,
      );
    }
    if (named.has(job.name) && named.get(job.name) !== job) {
      throw new ConfigError(
        `Two jobs are named \`${job.name}\`. Names are the classes on the wire: rename one.`,
      );
    }
    named.set(job.name, job);
    runnables.set(job.name, runnable);
  }
  return runnables;
};
