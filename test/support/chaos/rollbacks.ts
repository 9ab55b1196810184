/** What a Redis that came back without its last moments may have taken with it. */
import type { HistoryEvent } from "./history.ts";
import { Returns } from "./returns.ts";
import { isOngoing } from "./runs.ts";
import type { Run, TrackedJob } from "./runs.ts";

interface Rollback {
  readonly at: number;
  readonly until?: number;
  readonly windowMs: number;
  readonly knows: ReadonlySet<string>;
  readonly holds: ReadonlySet<string>;
}

export class Rollbacks {
  readonly #rollbacks: readonly Rollback[];
  readonly #returns: Returns;

  constructor(events: readonly HistoryEvent[]) {
    this.#rollbacks = events
      .filter((event) => event.kind === "rollback")
      .map((event) => ({ ...event, knows: new Set(event.knows), holds: new Set(event.holds) }));
    this.#returns = new Returns(events);
  }

  /** Whether Redis came back from this outage without its last moments. */
  isAmong({ at, until }: { readonly at: number; readonly until: number }): boolean {
    return this.#rollbacks.some((rollback) => at <= rollback.at && rollback.at <= until);
  }

  /** Whether one of them explains that an accepted job is nowhere. */
  explain(job: TrackedJob): boolean {
    return this.#rollbacks.some(
      (rollback) =>
        this.#mayHaveForgotten(rollback, job) &&
        // Who was running it lived on and had it still.
        ranThrough(rollback, job).length === 0,
    );
  }

  #mayHaveForgotten(rollback: Rollback, job: TrackedJob): boolean {
    return lacks(rollback, job) && this.#writtenAt(job, rollback) >= rollback.at - rollback.windowMs;
  }

  /**
   * When the server may last have got the job, before it was killed again: with its push; or, where an earlier one had
   * forgotten it, with the return of the process that ran it meanwhile.
   */
  #writtenAt(job: TrackedJob, { at }: Rollback): number {
    const times = [job.answeredAt ?? job.pushedAt];
    for (const earlier of this.#rollbacks) {
      if (earlier.at >= at || !this.#mayHaveForgotten(earlier, job)) continue;
      for (const { pid } of ranThrough(earlier, job)) times.push(this.#returns.heardAt(pid, endOf(earlier)));
    }
    return Math.max(...times);
  }
}

const endOf = ({ at, until = at }: Rollback): number => until;

/** The server is asked: what it came back with, or has heard of, it did not forget. Whoever loses that job loses it. */
const lacks = (rollback: Rollback, job: TrackedJob): boolean =>
  job.pushedAt <= endOf(rollback) && !rollback.knows.has(job.id) && !rollback.holds.has(job.id);

const ranThrough = (rollback: Rollback, job: TrackedJob): readonly Run[] =>
  job.runs.filter((run) => isOngoing(run, endOf(rollback)));
