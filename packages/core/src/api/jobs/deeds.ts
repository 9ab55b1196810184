/** What can be done to a job, by where it is: the one table for the dashboard and the terminal, which order and word it. */
import type { JobPlace } from "./jobs.ts";

/** Something that can be done to a job. `add_to_queue` is what a retry is for a job that has not failed. */
export type JobDeed = "retry" | "add_to_queue" | "reschedule" | "move" | "kill" | "delete" | "cancel";

/** `cancel` is for iterable jobs and for those of tsq, wherever they are; a dead one is not run again unless somebody says so. */
export const JOB_DEEDS: Readonly<Record<JobPlace["place"], readonly JobDeed[]>> = {
  running: ["cancel"],
  queue: ["move", "kill", "delete", "cancel"],
  scheduled: ["add_to_queue", "reschedule", "move", "kill", "delete", "cancel"],
  retry: ["retry", "reschedule", "move", "kill", "delete", "cancel"],
  // Its score is when it died: there is nothing to reschedule.
  dead: ["retry", "move", "delete"],
};

/** Those of some that can be done there, in their order. */
export const deedsAt = <D extends JobDeed>(place: JobPlace["place"], deeds: readonly D[]): readonly D[] =>
  deeds.filter((deed) => JOB_DEEDS[place].includes(deed));
