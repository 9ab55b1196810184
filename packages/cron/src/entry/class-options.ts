/** What a process knows of the class of an entry: the job it was given, or what runs the class here. */
import { ActiveJobSetter } from "@tsq/active-job";
import type { JobOptions, NamedJob, Runnable } from "@tsq/core";

export interface ClassOptions {
  /** Those that travel in the message; of an ActiveJob without the queue. */
  readonly options: JobOptions | undefined;
  /** Without its prefix. */
  readonly queue: string | undefined;
  readonly isActiveJob: boolean;
  /** What stands before the queue of an ActiveJob, and between both; empty where nothing does. */
  readonly prefix: string;
  readonly delimiter: string;
}

/** Ruby keeps the plain queue in the message, and what stands before it in fields of the entry. */
export const classOptionsOf = (job: NamedJob | Runnable | undefined): ClassOptions => {
  if (job instanceof ActiveJobSetter) return { ...job.unprefixed, isActiveJob: true };
  const isActiveJob = job !== undefined && "isWrapped" in job && job.isWrapped === true;
  return { options: job?.options, queue: job?.options.queue, isActiveJob, prefix: "", delimiter: "" };
};
