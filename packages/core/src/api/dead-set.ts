/** Jobs that nobody will try again by himself. */
import { DEAD } from "../wire/keys.ts";
import { scoreOf } from "../wire/time.ts";
import type { ApiSource } from "./api-connection.ts";
import { JobSet } from "./job-set.ts";
import { repliesOf } from "./replies.ts";

/** The dead set: jobs that have used up their retries, and what was no job, each with its time of death as score. */
export class DeadSet extends JobSet {
  constructor(source: ApiSource = {}) {
    super(DEAD, source);
  }

  /**
   * Adds a payload, whatever it is, and trims the set as Sidekiq does (WIRE §6.5). Death handlers belong to
   * the worker that gives a job up and do not run.
   */
  async kill(payload: string | Buffer): Promise<void> {
    const { redis, deadMaxJobs, deadTimeoutInSeconds } = this.api;
    const nowMs = Date.now();
    await repliesOf(
      redis
        .multi()
        .zadd(this.key, scoreOf(nowMs), payload)
        .zremrangebyscore(this.key, "-inf", scoreOf(nowMs - deadTimeoutInSeconds * 1000))
        .zremrangebyrank(this.key, 0, -deadMaxJobs),
    );
  }

  /**
   * Puts all jobs that lie here now onto their queues. What is no job stays where it is.
   *
   * @returns how many were moved
   */
  retryAll(): Promise<number> {
    return this.promoteAll(true);
  }
}
