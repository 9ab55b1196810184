/** Jobs that nobody will try again by himself. */
import { DEAD } from "../../wire/keys.ts";
import { burialAt } from "../../moves/burial.ts";
import type { ApiSource } from "../api-connection.ts";
import { claim } from "../claims.ts";
import { JobRecord } from "../job-record.ts";
import { JobSet } from "./job-set.ts";
import type { AllOptions } from "./job-set.ts";
import { tellKilled } from "./killing.ts";
import type { KillOptions } from "./killing.ts";
import { written } from "../replies.ts";

/** The dead set: jobs that have used up their retries, and what was no job, each with its time of death as score. */
export class DeadSet extends JobSet {
  constructor(source: ApiSource = {}) {
    super(DEAD, source);
  }

  /**
   * Adds a payload, whatever it is, trims the set as Sidekiq does (WIRE §6.5) where the options have limits, and tells
   * the death handlers of the options; of what is no job nobody is told.
   *
   * @throws what a death handler throws; the job is in the dead set all the same. ClaimUnknownError when the answer was
   * lost and Redis did not come back in time: nobody was told, and the same payload may be killed again, which adds it once
   */
  async kill(payload: string | Buffer, options: KillOptions = {}): Promise<void> {
    const { redis } = this.api;
    const { score, oldest, maxJobs } = burialAt(Date.now(), this.api);
    await claim(
      redis,
      () =>
        written(
          redis
            .multi()
            .zadd(this.key, score, payload)
            .zremrangebyscore(this.key, "-inf", oldest)
            .zremrangebyrank(this.key, 0, -maxJobs),
        ),
      // Sent twice it is there once, with the same score.
      () => true,
    );
    await tellKilled(this.api, [new JobRecord(payload)], options);
  }

  /**
   * Puts all jobs that lie here now onto their queues. What is no job stays where it is.
   *
   * @returns how many were moved
   */
  retryAll(options: AllOptions = {}): Promise<number> {
    return this.promoteAll(true, options);
  }
}
