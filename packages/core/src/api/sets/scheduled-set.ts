/** Jobs that wait for their time. */
import { SCHEDULE } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { JobSet } from "./job-set.ts";
import type { AllOptions } from "./job-set.ts";

/** The scheduled set: jobs of `performIn` and `performAt`, each with its time as score. */
export class ScheduledSet extends JobSet {
  constructor(source: ApiSource = {}) {
    super(SCHEDULE, source);
  }

  /**
   * Puts all jobs that wait now onto their queues. What is no job stays where it is.
   *
   * @returns how many were moved
   */
  addAllToQueue(options: AllOptions = {}): Promise<number> {
    return this.promoteAll(false, options);
  }
}
