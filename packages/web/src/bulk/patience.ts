/** Work on many jobs outlives an outage of its Redis: it waits, and goes on with what is left. */
import { setTimeout as sleep } from "node:timers/promises";
import { ClaimUnknownError } from "@tsq/core/config";
import type { ApiConnection } from "@tsq/core/api";
import { answerIn, isAway } from "../redis/is-away.ts";

// From a restart to a failover that a person has to make.
const LONGEST_MS = 10 * 60_000;
const FIRST_MS = 250;
const SLOWEST_MS = 2_000;
// What ends by itself, or by a connection to another server. All else that Redis answers it would answer again.
const NOT_NOW = /\b(?:READONLY|LOADING|BUSY|MASTERDOWN) /;

/** Why something has ended that was not refused by Redis. */
export const NOT_REDIS = "Something that the dashboard asks beside Redis has failed. Its log says what.";

/** How long one waits, and for what. */
export class Patience {
  readonly #api: ApiConnection;

  constructor(api: ApiConnection) {
    this.#api = api;
  }

  /** What everybody may read of an error. Of what else is asked, as by `authorize`, what it says may be for nobody but the log. */
  whyFailed(error: unknown): string {
    return isAway(error) ? this.#api.whyFailed(error) : NOT_REDIS;
  }

  /**
   * Waits until Redis answers again.
   *
   * @param sinceMs when it was last got on with, by `performance.now()`
   * @returns false where waiting is of no use, has taken too long, or was ended by the signal
   */
  async outlasts(met: unknown, sinceMs: number, signal: AbortSignal): Promise<boolean> {
    if (!isPassing(met)) return false;
    for (let ms = FIRST_MS; performance.now() - sinceMs < LONGEST_MS; ms = Math.min(2 * ms, SLOWEST_MS)) {
      await sleep(ms, undefined, { signal }).catch(() => {});
      if (signal.aborted) return false;
      const problem = await this.#api.redis.ping().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (problem === undefined) return true;
      if (!isPassing(problem)) return false;
    }
    return false;
  }
}

/** Whether it is the connection, or what Redis does for a while; what was refused for good is refused again. */
const isPassing = (error: unknown): boolean => {
  if (!isAway(error)) return false;
  if (error instanceof ClaimUnknownError) return true;
  const answer = answerIn(error);
  return answer === undefined || NOT_NOW.test(answer.message);
};
