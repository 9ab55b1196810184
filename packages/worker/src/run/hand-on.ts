/**
 * Hands jobs that this worker does not know on to those that do, by way of the schedule: `unknownJobs: "handBack"`. Who can
 * run a class the processes say of themselves (`tsq:classes:<identity>`); Ruby says nothing, and is trusted.
 */
import { connect, LazyConnection, numberIn, readMembers, runnersOf } from "@tsq/core/protocol";
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
  async #endingOf({ payload, queue }: RunningJob): Promise<Ending | undefined> {
    const times = Math.max(0, Math.trunc(numberIn(payload["tsq_handed"]) ?? 0));
    if (times >= MOST_TIMES) return undefined;
    const names = [payload.class, payload.wrapped].filter((name) => typeof name === "string");
    const members = await this.#members().catch((): readonly Member[] => []);
    const runners = runnersOf(members, names, queue);
    const isForOthers = runners.kind === "yes" || (runners.kind === "unknown" && runners.ruby.length > 0);
    if (!isForOthers) return undefined;
    return { kind: "unknown", times: times + 1, seconds: Math.min(2 ** times, LONGEST_SECONDS) };
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
