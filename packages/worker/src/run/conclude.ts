/**
 * The one road from the end of a run to what becomes of its job: decide.ts decides, counts.ts counts, the log has its
 * line, the hooks are asked, and one call writes it. Whatever goes wrong until then, the job is written somewhere.
 */
import { JobTimeoutError } from "@tsq/core";
import type { TsqError, WireGeneration } from "@tsq/core";
import { atOnce, timeToken } from "@tsq/core/protocol";
import type { DeadSetLimits } from "@tsq/core/protocol";
import type { UnitOfWork } from "../fetch/fetch.ts";
import { PILL_BURIED, pillText, rescueId } from "../services/poison-pills.ts";
import type { Audience } from "./audience.ts";
import { CarryOut } from "./carry-out.ts";
import type { Write } from "./carry-out.ts";
import { count } from "./counts.ts";
import { decide } from "./decide.ts";
import type { Facts } from "./decide.ts";
import type { Ending } from "./ending.ts";
import { Hooks } from "./hooks.ts";
import type { HooksOptions } from "./hooks.ts";
import type { JobLogger } from "./job-logger.ts";
import type { Keeping } from "./keeping.ts";
import type { Metrics } from "./metrics.ts";
import { BURIED_AS_IT_IS, DONE } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { parseJob } from "./parse-job.ts";
import type { RunningJob } from "./running-job.ts";
import type { Timeouts } from "./timeouts.ts";
import type { WorkState } from "./work-state.ts";

/** Sidekiq's limits on retries and on the dead set (WIRE §7.8). */
export interface RetryPolicy extends DeadSetLimits {
  readonly maxRetries: number;
}

export interface ConclusionOptions extends HooksOptions {
  readonly policy: RetryPolicy;
  readonly wire: () => WireGeneration;
  readonly metrics: Metrics;
  readonly keeping?: Keeping | undefined;
  readonly audience: Audience;
}

interface Parts {
  readonly work: WorkState;
  readonly jobLogger: JobLogger;
  readonly timeouts: Timeouts;
}

export class Conclusion {
  readonly #options: ConclusionOptions & Parts;
  readonly #hooks: Hooks;
  readonly #carryOut: CarryOut;
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: ConclusionOptions & Parts) {
    this.#options = options;
    this.#hooks = new Hooks(options);
    this.#carryOut = new CarryOut(this.#hooks, options.policy);
  }

  /** A run has ended, or there is to be none. */
  end(job: RunningJob, ending: Ending, startedAt: number): void {
    const elapsedMs = performance.now() - startedAt;
    job.unwatch();
    // It was concluded when its place was freed.
    if (job.isOverrunning) this.#cameBack(job);
    // What was given away is decided and counted: nothing is written, and no attempt is used up.
    else if (job.isGivenAway) this.#release(job);
    // No facts are gathered for the many: what returns is done, whatever they are.
    else if (ending.kind === "returned") this.#over(job, ending, DONE, elapsedMs);
    else this.#conclude(job, ending, elapsedMs);
  }

  /** A run goes on beyond its timeout: it has failed, whatever it does from now on. */
  overrun(job: RunningJob, error: JobTimeoutError): void {
    this.#conclude(job, { kind: "threw", error }, Date.now() - job.startedAtMs);
  }

  /** A job that runs is others' from now on; it is told to end, and counts here or there. */
  giveAway(job: RunningJob, ending: Ending & { kind: "handedBack" | "lost" }, reason: TsqError): void {
    // What was lost already counts where it runs, also when a stop finds it still here.
    if (job.isUndecided)
      count(this.#options.metrics, decide(ending, this.#factsOf(job, ending)).kind, job, 0);
    job.giveAway(reason);
  }

  /** Puts a job that runs into the dead set, because its process ends for the last time by it. */
  condemn(job: RunningJob): void {
    job.isCondemned = true;
    this.settle(job.unit, this.#condemn(job.unit));
  }

  /** The edge of the loop: a failed write is reported; the job stays in flight and is requeued or rescued. */
  settle(unit: UnitOfWork, end: Promise<void>): void {
    const settled = end
      .catch((error: unknown) =>
        this.#hooks.report(error, `Could not write what became of a job of queue ${unit.queue}`),
      )
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }

  /** The deadline of a stop is over: no hook is asked any more what becomes of a job. */
  hurry(): void {
    this.#hooks.endAnswers();
  }

  /** Nor is a death handler waited for. */
  hurryDeaths(): void {
    this.#hooks.end();
  }

  /** Never throws. */
  report(error: unknown, context: string): void {
    this.#hooks.report(error, context);
  }

  /** Resolves when the outcomes that are being written now are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #cameBack(job: RunningJob): void {
    job.hasReturned = true;
    this.#options.work.overran(job);
    this.#options.timeouts.returned(job);
  }

  /** Off the list of what runs: what goes on is shown beside it. */
  #takeOff(job: RunningJob): void {
    if (job.isOverrunning && !job.hasReturned) this.#options.work.overrun(job);
    else this.#options.work.delete(job);
  }

  #release(job: RunningJob): void {
    this.#options.work.delete(job);
    // The slot of one that is condemned is not its own to give back.
    if (!job.isCondemned) job.unit.acknowledge();
  }

  #conclude(job: RunningJob, ended: Ending, elapsedMs: number): void {
    const ending = timedOut(job, ended);
    let decided: { readonly facts: Facts; readonly outcome: Outcome } | undefined;
    try {
      const facts = this.#factsOf(job, ending);
      decided = { facts, outcome: decide(ending, facts) };
    } catch (error) {
      this.#undecided(job, error);
    }
    const outcome = decided?.outcome ?? BURIED_AS_IT_IS;
    if (outcome.kind === "done" || outcome.kind === "cancelled")
      return this.#over(job, ending, outcome, elapsedMs);
    job.isConcluded = true;
    this.#tell(job, ending, outcome, elapsedMs);
    this.settle(job.unit, this.#written(job, ending, outcome, decided?.facts));
  }

  async #written(job: RunningJob, ending: Ending, first: Outcome, facts: Facts | undefined): Promise<void> {
    try {
      const outcome = await this.#write(job, ending, first, facts);
      // Of what is no job there is nothing to say.
      if (outcome && ending.kind !== "malformed") this.#announce(job, outcome);
    } finally {
      this.#takeOff(job);
    }
  }

  /** Nothing is left to do but to acknowledge it: at once, for most jobs end here. */
  #over(job: RunningJob, ending: Ending, outcome: Outcome, elapsedMs: number): void {
    job.isConcluded = true;
    this.#takeOff(job);
    this.#tell(job, ending, outcome, elapsedMs);
    job.unit.acknowledge();
    if (this.#options.audience.tell) this.#announce(job, outcome);
  }

  #announce(job: RunningJob, outcome: Outcome): void {
    try {
      this.#options.audience.tell?.(job, outcome);
    } catch (error) {
      this.#hooks.report(error, `Could not tell of the end of a job of queue ${job.queue}`);
    }
  }

  /** Counts and logs it, and tells the error handlers of an error. */
  #tell(job: RunningJob, ending: Ending, outcome: Outcome, elapsedMs: number): void {
    const { metrics, keeping, jobLogger, onError } = this.#options;
    try {
      count(metrics, outcome.kind, job, elapsedMs);
      keeping?.ended(job, outcome.kind, ending, elapsedMs);
      if (outcome.kind === "done") jobLogger.done(job, elapsedMs);
      else if (outcome.kind === "cancelled" || outcome.kind === "late")
        jobLogger.say(job, elapsedMs, outcome.kind);
      else if (ending.kind === "verdict") jobLogger.say(job, elapsedMs, ending.verdict);
      else if (ending.kind === "unknown") jobLogger.handOn(job, elapsedMs, ending);
      else if (ending.kind === "malformed") onError(ending.error, { context: malformed(job.unit) });
      else if (ending.kind === "threw") {
        jobLogger.fail(job, elapsedMs, ending.error);
        onError(ending.error, { context: "Job raised an error", payload: job.payload });
      }
    } catch (error) {
      const how = outcome.kind === "done" ? "is done" : "has ended";
      this.#hooks.report(error, `Could not count or log a job of queue ${job.queue} that ${how}`);
    }
  }

  /** @returns what became of it; undefined when another process has been given it meanwhile */
  async #write(
    job: RunningJob,
    ending: Ending,
    first: Outcome,
    facts: Facts | undefined,
  ): Promise<Outcome | undefined> {
    let outcome = first;
    let write: Write;
    try {
      if (facts) outcome = await this.#carryOut.asked(job, ending, first, facts);
      write = facts
        ? await this.#carryOut.prepared(job, ending, outcome, facts)
        : this.#carryOut.buryAsItIs(job.unit);
    } catch (internal) {
      this.#undecided(job, internal);
      outcome = BURIED_AS_IT_IS;
      write = this.#carryOut.buryAsItIs(job.unit);
    }
    return (await write()) === false ? undefined : outcome;
  }

  #undecided(job: RunningJob, error: unknown): void {
    const context = `Could not decide what becomes of a job of queue ${job.queue}; it goes to the dead set as it was`;
    this.#hooks.report(error, context);
  }

  async #condemn(unit: UnitOfWork): Promise<void> {
    const bytes = unit.text.includes("\ufffd") ? await unit.bytes() : Buffer.from(unit.text);
    const payload = bytes && pillText(bytes, unit.queue, timeToken(Date.now(), this.#options.wire()));
    if (!payload || !(await unit.move({ kind: "dead", burial: this.#carryOut.burial(), payload }))) return;
    this.#options.log.error({ jid: rescueId(payload), queue: unit.queue }, PILL_BURIED);
  }

  #factsOf(job: RunningJob, ending: Ending): Facts {
    const { runnable, unit, abortReason } = job;
    // As it was pushed, whatever the job made of the one that it was given (WIRE §4.2).
    const payload = ending.kind === "malformed" ? {} : parseJob(unit.text);
    return {
      payload,
      queue: unit.queue,
      abortReason,
      options: runnable?.options ?? {},
      isUnknown: runnable === undefined,
      isFatal: ending.kind === "threw" && atOnce(runnable?.hooks.isFatal?.(ending.error)) === true,
      maxRetries: this.#options.policy.maxRetries,
      wire: this.#options.wire(),
      nowMs: Date.now(),
      random: Math.random,
      cleanBacktrace: this.#hooks.cleanerOf(payload),
    };
  }
}

/** What a run throws that was told to end by its timeout is due to that, and is told as the cause. */
const timedOut = ({ abortReason }: RunningJob, ending: Ending): Ending => {
  if (ending.kind !== "threw" || abortReason?.code !== "TSQ_TIMEOUT" || ending.error === abortReason)
    return ending;
  return { kind: "threw", error: new JobTimeoutError(abortReason.message, { cause: ending.error }) };
};

const EXCERPT = 80;

const malformed = ({ queue, text }: UnitOfWork): string =>
  `Malformed payload in queue ${queue}, kept in the dead set as it is; it begins with ${JSON.stringify(text.slice(0, EXCERPT))}`;
