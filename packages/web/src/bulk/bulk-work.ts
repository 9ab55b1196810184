/** Something that is done to many jobs: it goes on while nobody looks, and can be ended. */
import type { BulkOptions, BulkReport, JobRecord } from "@tsq/core/api";
import { ClaimUnknownError } from "@tsq/core/config";
import type { Action } from "../security/roles.ts";
import type { Subject } from "../security/permissions.ts";
import { NOT_REDIS } from "./patience.ts";
import type { Patience } from "./patience.ts";
import { TARGET_VERBS } from "./target.ts";
import type { Target, TargetVerb } from "./target.ts";

/** What is done to them. */
export type BulkVerb = "retry" | "add_to_queue" | "kill" | "delete" | TargetVerb;

export const BULK_VERBS: readonly BulkVerb[] = ["retry", "add_to_queue", "kill", "delete", ...TARGET_VERBS];

/** What somebody has asked for. */
export interface BulkOrder {
  /** Of the form that asked for it: sent twice, it is done once. */
  readonly id: string;
  readonly verb: BulkVerb;
  /** What one must be allowed to do for it, and to end it. */
  readonly action: Action;
  readonly subject: Subject;
  /** The list's path, such as `/morgue`. */
  readonly list: string;
  /** Which jobs; empty for all. */
  readonly filter: string;
  /** How many it was before it began. */
  readonly expected: number;
  /** At most so many a second; undefined for as fast as Redis answers. */
  readonly perSecond: number | undefined;
  /** Where they go, or when they run. */
  readonly target: Target;
  /** Which of them whoever asked for it may touch. @default all */
  readonly choice?: BulkChoice | undefined;
  /** The name of whoever asked for it. */
  readonly by: string;
  /** Why, in his words; empty where he has not said. */
  readonly reason: string;
}

/** Whether it may be done to this one; what is `unseen` is as if it were not there. */
export type BulkChoice = (job: JobRecord) => Promise<"meant" | "refused" | "unseen">;

/** How it stands. */
export type BulkState = "running" | "waiting" | "ending" | "done" | "cancelled" | "failed" | "lost";

/** Of one that has just begun. */
export const NOTHING_YET: BulkReport = {
  done: 0,
  gone: 0,
  skipped: 0,
  unsure: 0,
  looked: 0,
  isAborted: false,
};

const sum = (before: BulkReport, report: BulkReport): BulkReport => ({
  done: before.done + report.done,
  gone: before.gone + report.gone,
  skipped: before.skipped + report.skipped,
  unsure: before.unsure + report.unsure,
  looked: before.looked + report.looked,
  isAborted: report.isAborted,
  newest: report.newest ?? before.newest,
});

/** Does what is left of it. */
export type BulkRun = (
  options: BulkOptions,
  before: Pick<BulkReport, "done" | "gone" | "newest">,
) => Promise<BulkReport>;

/** Whether it was done to none of those it found, as where the key of their queue is no list: such ones count as gone. */
export const didNothing = ({ done, gone, skipped }: BulkReport): boolean => done === 0 && gone + skipped > 0;

/** One such work as pages show it, whichever dashboard carries it out. */
export interface BulkView {
  readonly order: Omit<BulkOrder, "choice">;
  readonly report: BulkReport;
  readonly refused: number;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  readonly problem: string | undefined;
  /** Whether an answer was lost: more may be done than the report has. */
  readonly hasLostAnswer: boolean;
  readonly state: BulkState;
  /** Host and number of another process that carries it out; undefined of this one. */
  readonly process?: string;
  /** A digest of what was asked for. */
  readonly asked?: string;
}

/** One such work, from its beginning to its end. */
export class BulkWork implements BulkView {
  readonly order: BulkOrder;
  readonly startedAt = new Date();
  /** Resolves when it has ended, however that was, and before that is written down. */
  readonly ran: Promise<void>;
  /** Resolves when it has ended and is written down. */
  readonly ended: Promise<void>;
  /** What is still to be said of its end. */
  settled: Promise<void> = Promise.resolve();
  readonly #end = new AbortController();
  readonly #patience: Patience | undefined;
  #report = NOTHING_YET;
  /** How many of those that are skipped were there already when it went on. */
  #already = 0;
  #endedAt: Date | undefined;
  #problem: string | undefined;
  #met: unknown;
  #hasLostAnswer = false;
  #isWaiting = false;
  #isStopped = false;
  #refused = 0;
  #unseen = 0;

  /**
   * @param run begins with what is left each time that it is called, and is told what was done before that
   * @param atEnd what is still to be done when it has ended, before `ended` resolves; never rejects
   * @param patience what waits for Redis; without it an outage is the end
   */
  constructor(
    order: BulkOrder,
    run: BulkRun,
    atEnd?: (work: BulkWork) => Promise<void>,
    patience?: Patience,
  ) {
    this.order = order;
    this.#patience = patience;
    this.ran = this.#run(run);
    this.ended = this.ran.then(() => atEnd?.(this));
  }

  get report(): BulkReport {
    // Some are told of as skipped a moment after they were.
    const skipped = Math.max(0, this.#report.skipped - this.#unseen - this.#already);
    return { ...this.#report, skipped };
  }

  /** How many were left alone because whoever has asked for it may not touch them; the report has them among what was skipped. */
  get refused(): number {
    return this.#refused;
  }

  get endedAt(): Date | undefined {
    return this.#endedAt;
  }

  /** Why it could not go on, or waits. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The error itself, for the log alone. */
  get met(): unknown {
    return this.#met;
  }

  get hasLostAnswer(): boolean {
    return this.#hasLostAnswer;
  }

  get state(): BulkState {
    if (this.#endedAt === undefined) {
      if (this.#end.signal.aborted) return "ending";
      return this.#isWaiting ? "waiting" : "running";
    }
    if (this.#problem !== undefined) return "failed";
    if (!this.#report.isAborted) return "done";
    return this.#isStopped ? "lost" : "cancelled";
  }

  /** Ends it after the jobs that are on their way. */
  cancel(): void {
    this.#end.abort();
  }

  /** Ends it with its process. */
  stop(): void {
    this.#isStopped ||= !this.#end.signal.aborted;
    this.cancel();
  }

  async #run(run: BulkRun): Promise<void> {
    let before = NOTHING_YET;
    let sinceMs = performance.now();
    for (;;) {
      try {
        this.#report = sum(before, await run(this.#options(before), before));
        this.#getsOn();
        break;
      } catch (error) {
        if (this.#report.done > before.done) sinceMs = performance.now();
        before = this.#report;
        // Nobody waits for it: its page says so.
        this.#problem = this.#patience?.whyFailed(error) ?? NOT_REDIS;
        this.#met = error;
        this.#hasLostAnswer ||= error instanceof ClaimUnknownError;
        this.#isWaiting = true;
        const isBack = await this.#patience?.outlasts(error, sinceMs, this.#end.signal);
        // A replica answers, and refuses the next as well: until it gets on it waits, for whoever looks.
        if (isBack !== true) this.#isWaiting = false;
        if (this.#end.signal.aborted) {
          this.#problem = undefined;
          this.#report = { ...before, isAborted: true };
        }
        if (isBack !== true) break;
        // What was left alone is where it was: it is met, and counted, again.
        before = { ...before, skipped: 0 };
        this.#already = this.#refused = this.#unseen = 0;
      }
    }
    this.#endedAt = new Date();
  }

  /** What it has waited for is over. */
  #getsOn(): void {
    this.#isWaiting = false;
    this.#problem = undefined;
  }

  #options(before: BulkReport): BulkOptions {
    const { perSecond, choice } = this.order;
    const isAgain = before !== NOTHING_YET;
    const only = async (job: JobRecord): Promise<boolean> => {
      // What stays in its place, as one that got another time does, is met again.
      if (isAgain && this.#isThere(job)) {
        this.#already++;
        return false;
      }
      return choice ? this.#counted(choice(job)) : true;
    };
    return {
      ...(perSecond !== undefined && { perSecond }),
      ...((choice !== undefined || isAgain) && { only }),
      signal: this.#end.signal,
      onProgress: (report) => {
        if (report.done > 0) this.#getsOn();
        this.#report = sum(before, report);
      },
    };
  }

  /** Whether it has the queue, or the time, that it was to get. */
  #isThere(job: JobRecord): boolean {
    const { queue, at } = this.order.target;
    if (queue !== undefined) return job.queue === queue;
    return at !== undefined && "score" in job && job.score === at.getTime() / 1_000;
  }

  async #counted(choice: ReturnType<BulkChoice>): Promise<boolean> {
    const answer = await choice;
    if (answer === "refused") this.#refused++;
    if (answer === "unseen") this.#unseen++;
    return answer === "meant";
  }
}
