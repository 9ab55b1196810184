/** What a page says after something was done. */
import type { TargetVerb } from "../bulk/target.ts";
import type { Verb } from "../sets.ts";

const DONE: Readonly<Record<Verb | TargetVerb, string>> = {
  retry: "put back on their queues",
  add_to_queue: "put on their queues",
  kill: "moved to the dead set",
  delete: "deleted",
  reschedule: "given another time",
  move: "moved to another queue",
};

/** How it went with the entries that somebody ticked. */
export interface Tally {
  readonly done: number;
  /** Somebody else had been faster, or they had fallen due. */
  readonly gone: number;
  /** No jobs at all, which no queue takes. */
  readonly malformed: number;
}

export const jobs = (count: number): string => `${count} ${count === 1 ? "job" : "jobs"}`;

/** Of jobs that were ticked, or of one. */
export const saidOf = (verb: Verb | TargetVerb, { done, gone, malformed }: Tally): string => {
  const said = done > 0 || gone + malformed === 0 ? [`${jobs(done)} ${DONE[verb]}.`] : [];
  if (gone > 0) said.push(`${jobs(gone)} had gone already.`);
  if (malformed > 0) said.push(`${malformed} of them can only be deleted: what lies there is no job.`);
  return said.join(" ");
};
