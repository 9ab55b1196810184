/**
 * Hands jobs that this worker does not know on to those that do, by way of the schedule: `unknownJobs: "handBack"`. Who can
 * run a class the processes say of themselves (`tsq:classes:<identity>`). Who does not say all, Ruby or an older tsq, is
 * trusted.
 */
import {
  connect,
  LazyConnection,
  mailAction,
  numberIn,
  readMembers,
  runnersOf,
  wrappedClass,
} from "@tsq/core/protocol";
import type { Member, Outage } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import type { Service } from "../services/service.ts";
import type { Admission } from "./admission.ts";
import type { Ending } from "./ending.ts";
import type { RunningJob } from "./running-job.ts";

/** What becomes of a job whose class a worker does not know. */
export type UnknownJobs = "retry" | "handBack";

// Then it fails as usual: those who say that they can run it do not get it, or cannot after all.
const MOST_TIMES = 10;
const LONGEST_SECONDS = 60;
// A thousand unknown jobs ask once, and who has just started is soon known.
const LOOK_AGAIN_MS = 1_000;

export class HandOn implements Service {
  readonly name = "hand on";
  readonly #identity: string;
  readonly #connection: LazyConnection;
  #looking: Promise<readonly Member[]> | undefined;
  #lookedAtMs = 0;
  // Of the few that nobody is to have.
  readonly #reasons = new WeakMap<RunningJob, string>();

  constructor(redis: RedisTarget, identity: string, outage: Outage) {
    this.#identity = identity;
    this.#connection = new LazyConnection(() => connect(redis, "client", outage.connection("unknown jobs")));
  }

  /** Asked before a job starts; of all but the unknown ones it costs one look. */
  readonly admission: Admission = (job) => (job.runnable ? undefined : this.#endingOf(job));

  start(): void {}

  stop(): void {
    this.#connection.disconnect();
  }

  /** How an unknown job ends here; undefined when it is to fail, also when nobody can be asked. */
  async #endingOf(job: RunningJob): Promise<Ending | undefined> {
    const { payload, queue } = job;
    const times = Math.max(0, Math.trunc(numberIn(payload["tsq_handed"]) ?? 0));
    if (times >= MOST_TIMES) {
      this.#reasons.set(job, `It was handed on ${times} times, and nobody who can run it got it.`);
      return undefined;
    }
    const names = [payload.class, wrappedClass(payload), mailAction(payload)].filter(
      (name) => name !== undefined,
    );
    const members = await this.#members().catch(() => undefined);
    if (members && runnersOf(members, names, queue).kind !== "nobody")
      return { kind: "unknown", times: times + 1, seconds: Math.min(2 ** times, LONGEST_SECONDS) };
    this.#reasons.set(
      job,
      members
        ? "No other process that takes jobs from its queue can run it, so it was not handed on."
        : "Redis did not say who can run it, so it was not handed on.",
    );
    return undefined;
  }

  /** Why a job that was not handed on fails. */
  reasonFor(job: RunningJob): string | undefined {
    return this.#reasons.get(job);
  }

  /** The others. */
  #members(): Promise<readonly Member[]> {
    const nowMs = performance.now();
    if (!this.#looking || nowMs - this.#lookedAtMs > LOOK_AGAIN_MS) {
      this.#lookedAtMs = nowMs;
      this.#looking = readMembers(this.#connection.get()).then((all) =>
        all.filter(({ identity }) => identity !== this.#identity),
      );
    }
    return this.#looking;
  }
}
