/**
 * Sees to it that what somebody cancelled does not run. Once a second it reads what is new in the index of cancelled jobs:
 * one command, and nothing on the path of jobs that nobody cancels. The index only hints where to look; whether a job was
 * cancelled its own mark says, which is Ruby's, and goes when somebody wants the job again (core's job/cancellation.ts).
 */
import { JobCancelledError } from "@tsq/core";
import type { RedisTarget } from "@tsq/core";
import { areCancelled, connect, forgetCancelled, keys } from "@tsq/core/protocol";
import type { Outage, Redis } from "@tsq/core/protocol";
import type { Admission } from "../run/admission.ts";
import type { Audience } from "../run/audience.ts";
import type { Ending } from "../run/ending.ts";
import type { Outcome } from "../run/outcome.ts";
import type { RunningJob } from "../run/running-job.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";
import { within } from "../within.ts";

const LOOK_EVERY_MS = 1_000;
// Ruby's own cancel leaves nothing in the index: so jobs that run for so long are asked for one by one. Most never are.
const ASKED_FROM_MS = 1_000;
// The whole index, to forget what others have taken out of it.
const WHOLE_EVERY = 60;
const STOP_WITHIN_MS = 3_000;

export interface CancelWatchOptions {
  readonly redis: RedisTarget;
  readonly outage: Outage;
  /** The jobs that run now. */
  readonly running: () => readonly RunningJob[];
  readonly audience: Audience;
}

export class CancelWatch implements Service {
  readonly name = "cancel watch";
  readonly #options: CancelWatchOptions;
  readonly #redis: Redis;
  readonly #loop: Loop;
  /** What is in the index, as of the last look. */
  #jids = new Set<string>();
  #newest = "-inf";
  #looks = 0;
  /** Cancelled jobs that have ended, whose marks are still there. */
  #ended: string[] = [];
  #leave: (() => void) | undefined;

  constructor(options: CancelWatchOptions) {
    this.#options = options;
    this.#redis = connect(options.redis, "worker", options.outage.connection("cancel watch"));
    // Another server may be there, or an older one.
    this.#redis.on("ready", () => (this.#looks = 0));
    this.#loop = new Loop({
      name: this.name,
      firstMs: () => LOOK_EVERY_MS,
      nextMs: () => LOOK_EVERY_MS,
      retryMs: () => LOOK_EVERY_MS,
      runOnce: () => this.look(),
      witness: options.outage.part("look for cancelled jobs"),
      isReachable: () => this.#redis.status === "ready",
    });
  }

  /** Asked before a job starts; of all but those in the index it costs one look into a set, or none. */
  readonly admission: Admission = (job) =>
    this.#jids.size > 0 && this.#jids.has(job.jid) ? this.#refusal(job) : undefined;

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    if (this.#redis.status === "ready") await within(STOP_WITHIN_MS, this.#forget());
    this.#leave?.();
    this.#redis.disconnect();
  }

  /** One look at all that was cancelled since the last one; tells jobs that run. */
  async look(): Promise<void> {
    await this.#forget();
    await this.#read();
    if (this.#jids.size > 0) this.#listen();
    await this.#abort();
  }

  async #refusal(job: RunningJob): Promise<Ending | undefined> {
    const [isCancelled] = await areCancelled(this.#redis, [job.jid]);
    return isCancelled ? { kind: "cancelled" } : undefined;
  }

  async #read(): Promise<void> {
    const isWhole = this.#looks++ % WHOLE_EVERY === 0;
    const from = isWhole ? "-inf" : `(${this.#newest}`;
    const found = await this.#redis.zrange(keys.CANCELLED, from, "+inf", "BYSCORE", "WITHSCORES");
    if (isWhole) this.#jids = new Set();
    // Member and score follow each other.
    for (let i = 0; i < found.length; i += 2) this.#jids.add(found[i] as string);
    this.#newest = found.at(-1) ?? (isWhole ? "-inf" : this.#newest);
  }

  async #abort(): Promise<void> {
    const since = Date.now() - ASKED_FROM_MS;
    const asked = this.#options
      .running()
      .filter((job) => !isToldOf(job) && (job.startedAtMs <= since || this.#jids.has(job.jid)));
    if (asked.length === 0) return;
    const answers = await areCancelled(
      this.#redis,
      asked.map(({ jid }) => jid),
    );
    for (const [i, job] of asked.entries()) {
      if (!answers[i]) continue;
      this.#listen();
      job.abort(new JobCancelledError("The job was cancelled; what it has done so far stays done"));
    }
  }

  /** From the first cancelled job on, the ends of jobs are looked at. */
  #listen(): void {
    this.#leave ??= this.#options.audience.add((job, { kind }) => {
      if (!IS_OVER[kind] || !(this.#jids.has(job.jid) || isToldOf(job))) return;
      this.#jids.delete(job.jid);
      this.#ended.push(job.jid);
    });
  }

  /** Takes away the marks of jobs that have ended; those that cannot be taken away now are next time. */
  async #forget(): Promise<void> {
    const ended = this.#ended;
    this.#ended = [];
    try {
      await forgetCancelled(this.#redis, ended);
    } catch (error) {
      this.#ended.push(...ended);
      throw error;
    }
  }
}

const isToldOf = ({ abortReason }: RunningJob): boolean => abortReason instanceof JobCancelledError;

/** The others come again, and are still not wanted. */
const IS_OVER: Readonly<Record<Outcome["kind"], boolean>> = {
  done: true,
  cancelled: true,
  dead: true,
  discard: true,
  drop: true,
  late: true,
  retry: false,
  snooze: false,
  putBack: false,
  handedBack: false,
  lost: false,
};
