/**
 * A job while it runs: the context its handler sees. What costs is made when it is first asked for.
 *
 * Where its run stands:
 *
 * ```
 * isConcluded  isOverrunning  hasReturned
 *      -             -             -        it runs, or waits to hear whether it may start
 *      x             -             -        it has ended; what follows from that is being written
 *      x             x             -        it goes on beyond its timeout and its grace
 *      x             x             x        it went on, and has ended after all
 * ```
 *
 * A run that has overrun ends a second time, and only that end sets `hasReturned`. Each of the four may be given away
 * besides, and a job that is given away may be condemned besides. Given away in the first it is never concluded: the run
 * ends, and nothing follows. No flag is ever taken back.
 */
import type { Logger } from "pino";
import { JobLateError, ShutdownError } from "@tsq/core";
import type { JobClient, JobContext, Payload, Runnable, TsqError } from "@tsq/core";
import { deadlineIn, displayClass, watchDeadline } from "@tsq/core/protocol";
import { GuardedClient } from "./guarded-client.ts";
import type { UnitOfWork } from "../fetch/fetch.ts";
import type { Placed } from "../roster.ts";

/** What runs now, for a dump. */
export interface RunningJobInfo {
  readonly jid: string;
  readonly class: string;
  readonly queue: string;
  readonly startedAt: Date;
  /** It goes on beyond its timeout: it has failed, and nothing waits for it. */
  readonly overrunning?: true;
}

/** What the jobs of a capsule share; each asks for it when its handler does. */
export interface JobHost {
  readonly log: Logger;
  /** No more jobs are taken, and those that run should end. */
  readonly isInterrupted: boolean;
  readonly client: () => JobClient;
  /** Told of what must not end what goes on, such as a log that throws. */
  readonly report: (error: unknown, context: string) => void;
}

const WHY_TO_END: Readonly<Record<string, string>> = {
  TSQ_CANCELLED: "it was cancelled",
  TSQ_TIMEOUT: "its timeout is over",
  TSQ_DEADLINE: "its deadline is over",
};

/** For a job that has ended, and may ask for its signal all the same. */
const UNWATCHED = (): void => {};

export class RunningJob implements JobContext, Placed {
  readonly unit: UnitOfWork;
  readonly payload: Payload;
  /** Undefined when nothing here runs its class. */
  readonly runnable: Runnable | undefined;
  /** Milliseconds since 1970, for the Busy page. */
  readonly startedAtMs: number;
  /** Names it in the work hash, once a beat has seen it. */
  tid: string | undefined;
  /** On the roster of what runs. */
  place = -1;
  /** A poison pill on its way to the dead set: its slot is not its own to give back. */
  isCondemned = false;
  /** What becomes of it is decided and counted, by the end of its run or by its timeout. */
  isConcluded = false;
  /** Back in its queue, rescued or on its way to the dead set: the outcome of this run counts no more. */
  isGivenAway = false;
  /** It goes on beyond its timeout and its grace: it has failed, and nothing waits for it. */
  isOverrunning = false;
  /** Its run has ended after all. */
  hasReturned = false;
  /** What became of it is in Redis, and death handlers may still be told: nothing of it is left to hand back. */
  isWritten = false;
  /** Ends with the run. */
  timer: NodeJS.Timeout | undefined;
  readonly #host: JobHost;
  #client: JobClient | undefined;
  #stopping: AbortController | undefined;
  #abort: AbortController | undefined;
  #logger: Logger | undefined;
  #abortReason: TsqError | undefined;
  #unwatch: (() => void) | undefined;

  constructor(
    unit: UnitOfWork,
    payload: Payload,
    runnable: Runnable | undefined,
    host: JobHost,
    nowMs: number,
  ) {
    this.unit = unit;
    this.payload = payload;
    this.runnable = runnable;
    this.#host = host;
    this.startedAtMs = nowMs;
  }

  /** What becomes of it is open: neither has this run been concluded, nor is the job others'. */
  get isUndecided(): boolean {
    return !this.isConcluded && !this.isGivenAway;
  }

  get jid(): string {
    return this.payload.jid;
  }

  get class(): string {
    return displayClass(this.payload);
  }

  get queue(): string {
    return this.unit.queue;
  }

  get payloadText(): string {
    return this.unit.text;
  }

  get attempt(): number {
    const count = this.payload.retry_count;
    return typeof count === "number" ? count + 2 : 1;
  }

  get stopping(): AbortSignal {
    this.#stopping ??= new AbortController();
    if (this.#host.isInterrupted) this.interrupt();
    return this.#stopping.signal;
  }

  get isInterrupted(): boolean {
    return this.#host.isInterrupted;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      this.#watch();
    }
    if (this.#abortReason && !this.#abort.signal.aborted) this.#abort.abort(this.#abortReason);
    return this.#abort.signal;
  }

  get deadline(): Date | undefined {
    const deadlineMs = deadlineIn(this.payload);
    return deadlineMs === undefined ? undefined : new Date(deadlineMs);
  }

  get client(): JobClient {
    if (this.runnable?.timeoutMs === undefined) return this.#host.client();
    return (this.#client ??= new GuardedClient(this, this.#host.client()));
  }

  get logger(): Logger {
    return (this.#logger ??= this.#host.log.child({ jid: this.jid, class: this.class }));
  }

  /** Why it was told to end. */
  get abortReason(): TsqError | undefined {
    return this.#abortReason;
  }

  /** Tells a handler that has asked that it should save what is done: the deadline is still to come. */
  interrupt(): void {
    if (this.#stopping && !this.#stopping.signal.aborted)
      this.#stopping.abort(new ShutdownError("The worker takes no more jobs; save what is done, and return"));
  }

  /** Tells the handler to end, and why; the first reason stays. What the run counts for is another matter. */
  abort(reason: TsqError): void {
    const isNews = !this.#abortReason && this.isUndecided;
    this.#abortReason ??= reason;
    if (this.#abort && !this.#abort.signal.aborted) this.#abort.abort(this.#abortReason);
    if (isNews) this.#tell(reason);
  }

  /** In the log at once: a handler may take long to end, or not listen. */
  #tell({ code }: TsqError): void {
    const elapsed = (Date.now() - this.startedAtMs) / 1_000;
    try {
      this.#host.log[code === "TSQ_CANCELLED" ? "info" : "warn"](
        { jid: this.jid, class: displayClass(this.payload), code, elapsed },
        `The job is told to end: ${WHY_TO_END[code] ?? code}`,
      );
    } catch (error) {
      // Whoever aborts goes on: after a timeout the grace begins, and without it the job would keep its place for ever.
      this.#host.report(error, "Could not log that a job is told to end");
    }
  }

  /** It need not be told of its deadline, nor of its timeout, any more. */
  unwatch(): void {
    if (this.timer) clearTimeout(this.timer);
    this.#unwatch?.();
    this.#unwatch = UNWATCHED;
  }

  #watch(): void {
    const { deadline } = this;
    if (deadline && !this.#unwatch)
      this.#unwatch = watchDeadline(deadline.getTime(), () => this.abort(new JobLateError(deadline)));
  }

  /** The job is others' first, and its handler is told to end only then: what the handler does upon it counts no more. */
  giveAway(reason: TsqError): void {
    this.isGivenAway = true;
    this.unwatch();
    this.abort(reason);
  }
}
