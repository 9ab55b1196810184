/** Something that is done to many jobs: it goes on while nobody looks, and can be ended. */
import type { BulkOptions, BulkReport, JobRecord } from "@tsq/core/api";
import type { Action } from "../security/roles.ts";
import type { Subject } from "../security/permissions.ts";
import type { Target, TargetVerb } from "./target.ts";

/** What is done to them. */
export type BulkVerb = "retry" | "add_to_queue" | "kill" | "delete" | TargetVerb;

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
export type BulkState = "running" | "ending" | "done" | "cancelled" | "failed";

const NONE: BulkReport = { done: 0, gone: 0, skipped: 0, looked: 0, isAborted: false };

/** Whether it was done to none of those it found, as where the key of their queue is no list: such ones count as gone. */
export const didNothing = ({ done, gone, skipped }: BulkReport): boolean => done === 0 && gone + skipped > 0;

/** One such work, from its beginning to its end. */
export class BulkWork {
  readonly order: BulkOrder;
  readonly startedAt = new Date();
  /** Resolves when it has ended, however that was. */
  readonly ended: Promise<void>;
  readonly #end = new AbortController();
  #report = NONE;
  #endedAt: Date | undefined;
  #problem: string | undefined;
  #refused = 0;
  #unseen = 0;

  /** @param atEnd what is still to be done when it has ended, before `ended` resolves; never rejects */
  constructor(
    order: BulkOrder,
    run: (options: BulkOptions) => Promise<BulkReport>,
    atEnd?: (work: BulkWork) => Promise<void>,
  ) {
    this.order = order;
    this.ended = this.#run(run).then(() => atEnd?.(this));
  }

  get report(): BulkReport {
    // Some are told of as skipped a moment after they were.
    return { ...this.#report, skipped: Math.max(0, this.#report.skipped - this.#unseen) };
  }

  /** How many were left alone because whoever has asked for it may not touch them; the report has them among what was skipped. */
  get refused(): number {
    return this.#refused;
  }

  get endedAt(): Date | undefined {
    return this.#endedAt;
  }

  /** Why it could not go on. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get state(): BulkState {
    if (this.#endedAt === undefined) return this.#end.signal.aborted ? "ending" : "running";
    if (this.#problem !== undefined) return "failed";
    return this.#report.isAborted ? "cancelled" : "done";
  }

  /** Ends it after the jobs that are on their way. */
  cancel(): void {
    this.#end.abort();
  }

  async #run(run: (options: BulkOptions) => Promise<BulkReport>): Promise<void> {
    const { perSecond } = this.order;
    const { choice } = this.order;
    try {
      this.#report = await run({
        ...(perSecond !== undefined && { perSecond }),
        ...(choice && { only: (job) => this.#counted(choice(job)) }),
        signal: this.#end.signal,
        onProgress: (report) => {
          this.#report = report;
        },
      });
    } catch (error) {
      // Nobody waits for it: its page says so.
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#endedAt = new Date();
  }

  async #counted(choice: ReturnType<BulkChoice>): Promise<boolean> {
    const answer = await choice;
    if (answer === "refused") this.#refused++;
    if (answer === "unseen") this.#unseen++;
    return answer === "meant";
  }
}
