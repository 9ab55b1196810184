/**
 * Sees to it that what somebody cancelled does not run. Once a second it reads what is new in the index of cancelled jobs:
 * one command, and nothing on the path of jobs that nobody cancels. The index only hints where to look; whether a job was
 * cancelled its own mark says, which is Ruby's, and goes when somebody wants the job again (core's job/cancellation.ts).
 */
import { JobCancelledError } from "@tsq/core";
import type { RedisTarget } from "@tsq/core";
import { areCancelled, forgetCancelled, keys, open } from "@tsq/core/protocol";
import type { Outage, Redis, Witness } from "@tsq/core/protocol";
import type { Admission } from "../run/admission.ts";
import type { Audience } from "../run/audience.ts";
import type { Ending } from "../run/ending.ts";
import type { Outcome } from "../run/outcome.ts";
import type { RunningJob } from "../run/running-job.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";
import { SharedConnection } from "./shared-connection.ts";
import type { Share } from "./shared-connection.ts";
import { within } from "../within.ts";

const LOOK_EVERY_MS = 1_000;
// Ruby's own cancel leaves nothing in the index: so jobs that run for so long are asked for one by one. Most never are.
const ASKED_FROM_MS = 1_000;
// The whole index, to forget what others have taken out of it.
const WHOLE_EVERY = 60;
const STOP_WITHIN_MS = 3_000;
// What docs/client.md promises: so long after the request no job starts. A look may be as old, unless the event loop was blocked.
const FRESH_MS = 2_000;
// A server that is gone keeps no job for longer.
const WAIT_MS = 1_000;

export interface CancelWatchOptions {
  readonly redis: RedisTarget;
  /** Else it has a connection of its own. */
  readonly connection?: Share;
  readonly outage: Outage;
  /** The jobs that run now. */
  readonly running: () => readonly RunningJob[];
  readonly audience: Audience;
}

export class CancelWatch implements Service {
  readonly name = "cancel watch";
  readonly #options: CancelWatchOptions;
  readonly #share: Share;
  readonly #redis: Redis;
  readonly #loop: Loop;
  /** What is in the index, as of the last look. */
  #jids = new Set<string>();
  #newest = "-inf";
  #looks = 0;
  /** When the last look began, that answered or that failed. */
  #lookedAtMs = 0;
  /** What jobs wait for whose turn comes when the last look is too old. */
  #fresh: Promise<unknown> | undefined;
  /** Cancelled jobs that have ended, whose marks are still there. */
  #ended: string[] = [];
  readonly #forgetting: Witness;
  #leave: (() => void) | undefined;

  constructor(options: CancelWatchOptions) {
    this.#options = options;
    const { redis, connection, outage } = options;
    this.#share = connection ?? new SharedConnection(redis, outage.connection("cancel watch")).share();
    this.#redis = this.#share.redis;
    // Another server may be there, or an older one.
    this.#redis.on("ready", () => (this.#looks = 0));
    this.#forgetting = options.outage.part("forget cancelled jobs that have ended");
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
  readonly admission: Admission = (job) => {
    if (job.startedAtMs - this.#lookedAtMs > FRESH_MS) return this.#refusalAnew(job);
    return this.#jids.size > 0 && this.#jids.has(job.jid) ? this.#refusal(job) : undefined;
  };

  start(): void {
    open(this.#redis);
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    if (this.#redis.status === "ready") await within(STOP_WITHIN_MS, this.#forget());
    this.#leave?.();
    this.#share.leave();
  }

  /** One look at all that was cancelled since the last one; tells jobs that run. */
  async look(): Promise<void> {
    try {
      await this.#read();
      await this.#abort();
    } finally {
      await this.#forgetApart();
    }
  }

  async #refusal(job: RunningJob): Promise<Ending | undefined> {
    const [isCancelled] = await areCancelled(this.#redis, [job.jid]);
    return isCancelled ? { kind: "cancelled" } : undefined;
  }

  /** After a gap in the looks, as a blocked event loop makes one: jobs that come together wait for one look. */
  async #refusalAnew(job: RunningJob): Promise<Ending | undefined> {
    await (this.#fresh ??= within(WAIT_MS, this.#read()).then(() => (this.#fresh = undefined)));
    return this.#jids.has(job.jid) ? this.#refusal(job) : undefined;
  }

  async #read(): Promise<void> {
    const begunAtMs = Date.now();
    const isWhole = this.#looks++ % WHOLE_EVERY === 0;
    try {
      const from = isWhole ? "-inf" : this.#newest;
      const found = await this.#redis.zrange(keys.CANCELLED, from, "+inf", "BYSCORE", "WITHSCORES");
      if (isWhole) this.#jids = new Set();
      // Member and score follow each other.
      for (let i = 0; i < found.length; i += 2)
        if (found[i] !== keys.CANCELLED_FLOOR) this.#jids.add(found[i] as string);
      // What was the newest is always there: somebody has deleted the index, and another begins anywhere.
      if (found.length === 0) this.#looks = 0;
      this.#newest = found.at(-1) ?? "-inf";
      if (this.#jids.size > 0) this.#listen();
    } catch (error) {
      this.#looks = 0;
      throw error;
    } finally {
      // Also of one that failed: what keeps a worker from looking keeps no job from its run.
      this.#lookedAtMs = begunAtMs;
    }
  }

  async #abort(): Promise<void> {
    const since = Date.now() - ASKED_FROM_MS;
    const asked = this.#options
      .running()
      .filter((job) => !isToldOf(job) && (job.startedAtMs <= since || this.#jids.has(job.jid)))
      // Of one whose jid is none there is no mark, and anything can come.
      .filter(({ jid }) => typeof jid === "string");
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

  /** What keeps it from that keeps no job from hearing that it was cancelled, and is told by itself. */
  async #forgetApart(): Promise<void> {
    try {
      await this.#forget();
      this.#forgetting.answered();
    } catch (error) {
      if (!this.#loop.isStopped) this.#forgetting.failing(error as Error);
    }
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
