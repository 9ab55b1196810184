/** Jobs that have failed and wait for their next attempt. */
import { RETRY } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { JobSet } from "./job-set.ts";
import type { AllOptions } from "./job-set.ts";
import type { KillOptions } from "./killing.ts";

/**
 * The retry set: failed jobs, each with the time of its next attempt as score.
 *
 * @example
 * await using retries = new RetrySet({ redis: "redis://localhost:6379/0" });
 * for await (const entry of retries.scan("Net::ReadTimeout")) await entry.retry();
 */
export class RetrySet extends JobSet {
  constructor(source: ApiSource = {}) {
    super(RETRY, source);
  }

  /**
   * Puts all jobs that wait now onto their queues. What is no job stays where it is.
   *
   * @returns how many were moved
   */
  retryAll(options: AllOptions = {}): Promise<number> {
    return this.promoteAll(true, options);
  }

  /**
   * Moves everything that is in the set now to the dead set. Death handlers are told only when `notify` is true,
   * as in Sidekiq.
   *
   * @returns how many were moved
   * @throws what a death handler throws, after the page of a hundred jobs that it was told of
   */
  killAll({ onProgress, ...options }: KillOptions & AllOptions = {}): Promise<number> {
    return this.moveAll(
      (entries, tell) => this.moves.kill(entries, { notify: false, ...options }, tell),
      () => false,
      { onProgress },
    );
  }
}
