/**
 * The one road from the end of a run to what becomes of its job: decide.ts decides, counts.ts counts, the log has its
 * line, the hooks are asked, and one call writes it. Whatever goes wrong until then, the job is written somewhere.
 */
import type { JsonValue, RawPayload, TsqError, WireGeneration } from "@tsq/core";
import { burialAt, editPayload, editPayloadBytes, scoreOf, timeToken } from "@tsq/core/protocol";
import type { Burial, Bytes, DeadSetLimits, PayloadChanges } from "@tsq/core/protocol";
import type { Move, UnitOfWork } from "../fetch/fetch.ts";
import { PILL_BURIED, pillText, rescueId } from "../services/poison-pills.ts";
import { count } from "./counts.ts";
import { decide } from "./decide.ts";
import type { Facts } from "./decide.ts";
import { errorOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { Hooks } from "./hooks.ts";
import type { HooksOptions } from "./hooks.ts";
import type { JobLogger } from "./job-logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Outcome } from "./outcome.ts";
import { parseJob } from "./parse-job.ts";
import type { RunningJob } from "./running-job.ts";
import type { WorkState } from "./work-state.ts";

/** Sidekiq's limits on retries and on the dead set (WIRE §7.8). */
export interface RetryPolicy extends DeadSetLimits {
  readonly maxRetries: number;
}

export interface ConclusionOptions extends HooksOptions {
  readonly policy: RetryPolicy;
  readonly wire: () => WireGeneration;
  readonly metrics: Metrics;
}

interface Parts {
  readonly work: WorkState;
  readonly jobLogger: JobLogger;
}

type Write = () => unknown;

export class Conclusion {
  readonly #options: ConclusionOptions & Parts;
  readonly #hooks: Hooks;
  readonly #ending = new Set<Promise<unknown>>();

  constructor(options: ConclusionOptions & Parts) {
    this.#options = options;
    this.#hooks = new Hooks(options);
  }

  /** A run has ended, or there is to be none. */
  end(job: RunningJob, ending: Ending, startedAt: number): void {
    const elapsedMs = performance.now() - startedAt;
    job.unwatch();
    // What was given away is decided and counted: nothing is written, and no attempt is used up.
    if (job.isGivenAway) this.#release(job);
    // No facts are gathered for the many: what returns is done, whatever they are.
    else if (ending.kind === "returned") this.#over(job, ending, DONE, elapsedMs);
    else this.#conclude(job, ending, elapsedMs);
  }

  /** A job that runs is others' from now on; it is told to end, and counts here or there. */
  giveAway(job: RunningJob, ending: Ending & { kind: "handedBack" | "lost" }, reason: TsqError): void {
    if (!job.hasEnded) count(this.#options.metrics, decide(ending, this.#factsOf(job, ending)).kind, job, 0);
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

  /** Resolves when the outcomes that are being written now are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #release(job: RunningJob): void {
    this.#options.work.delete(job);
    // The slot of one that is condemned is not its own to give back.
    if (!job.isCondemned) job.unit.acknowledge();
  }

  #conclude(job: RunningJob, ending: Ending, elapsedMs: number): void {
    let decided: { readonly facts: Facts; readonly outcome: Outcome } | undefined;
    try {
      const facts = this.#factsOf(job, ending);
      decided = { facts, outcome: decide(ending, facts) };
    } catch (error) {
      const context = `Could not decide what becomes of a job of queue ${job.queue}; it goes to the dead set as it was`;
      this.#hooks.report(error, context);
    }
    const outcome = decided?.outcome ?? UNDECIDED;
    if (outcome.kind === "done" || outcome.kind === "cancelled")
      return this.#over(job, ending, outcome, elapsedMs);
    job.hasEnded = true;
    this.#tell(job, ending, outcome, elapsedMs);
    const written = this.#write(job, ending, outcome, decided?.facts);
    this.settle(
      job.unit,
      written.finally(() => this.#options.work.delete(job)),
    );
  }

  /** Nothing is left to do but to acknowledge it: at once, for most jobs end here. */
  #over(job: RunningJob, ending: Ending, outcome: Outcome, elapsedMs: number): void {
    this.#options.work.delete(job);
    this.#tell(job, ending, outcome, elapsedMs);
    job.unit.acknowledge();
  }

  /** Counts and logs it, and tells the error handlers of an error. */
  #tell(job: RunningJob, ending: Ending, outcome: Outcome, elapsedMs: number): void {
    const { metrics, jobLogger, onError } = this.#options;
    try {
      count(metrics, outcome.kind, job, elapsedMs);
      if (outcome.kind === "done") jobLogger.done(job, elapsedMs);
      else if (outcome.kind === "cancelled" || outcome.kind === "late")
        jobLogger.say(job, elapsedMs, outcome.kind);
      else if (ending.kind === "verdict") jobLogger.say(job, elapsedMs, ending.verdict);
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

  async #write(job: RunningJob, ending: Ending, outcome: Outcome, facts: Facts | undefined): Promise<void> {
    let write: Write;
    try {
      write = facts ? await this.#prepared(job, ending, outcome, facts) : this.#buryAsItIs(job.unit);
    } catch (internal) {
      const context = `Could not decide what becomes of a job of queue ${job.queue}; it goes to the dead set as it was`;
      this.#hooks.report(internal, context);
      write = this.#buryAsItIs(job.unit);
    }
    await write();
  }

  async #prepared(job: RunningJob, ending: Ending, first: Outcome, facts: Facts): Promise<Write> {
    const { unit } = job;
    const outcome = await this.#asked(job, ending, first, facts);
    switch (outcome.kind) {
      case "retry":
      case "snooze": {
        const set = outcome.kind === "retry" ? "retry" : "schedule";
        const score = scoreOf(outcome.atMs);
        return this.#moved(unit, outcome.changes, (payload) => ({ kind: "set", set, score, payload }));
      }
      case "putBack": {
        const { side, changes } = outcome;
        return this.#moved(unit, changes, (payload) => ({ kind: "queue", queue: unit.queue, side, payload }));
      }
      case "dead":
        if (!outcome.changes) return this.#buryAsItIs(unit);
        return this.#dead(job, ending, facts, outcome.changes, outcome.isKept);
      case "discard":
      case "drop": {
        const final = { ...facts.payload, ...fieldsOf(outcome.changes) };
        return this.#gone(job, errorOf(ending), final, outcome.kind === "discard");
      }
      case "late":
        return this.#gone(job, outcome.error, facts.payload, true);
      case "done":
      case "cancelled":
      case "handedBack":
      case "lost":
        return () => unit.acknowledge();
      default:
        return outcome satisfies never;
    }
  }

  /** What `retryIn` makes of a failure that is to be tried again. */
  async #asked(job: RunningJob, ending: Ending, first: Outcome, facts: Facts): Promise<Outcome> {
    if (first.kind !== "retry" || !job.runnable?.hooks.retryIn) return first;
    return decide(ending, facts, await this.#hooks.retryIn(job, first.count, errorOf(ending), facts.payload));
  }

  async #moved(unit: UnitOfWork, changes: PayloadChanges, to: (payload: Bytes) => Move): Promise<Write> {
    const payload = await edited(unit, changes);
    return () => (payload === undefined ? unit.acknowledge() : unit.move(to(payload)));
  }

  async #dead(
    job: RunningJob,
    ending: Ending,
    facts: Facts,
    changes: PayloadChanges,
    isKept: boolean,
  ): Promise<Write> {
    const { unit } = job;
    const final = { ...facts.payload, ...fieldsOf(changes) };
    const error = errorOf(ending);
    if (!(await this.#hooks.mayBeBuried(job, final, error)) || !isKept)
      return this.#gone(job, error, final, true);
    const payload = await edited(unit, changes);
    return async () => {
      // Taken away meanwhile: that one decides anew.
      if (payload === undefined) unit.acknowledge();
      else if (await unit.move({ kind: "dead", burial: this.#burial(), payload }))
        await this.#hooks.tellDeath(final, error);
    };
  }

  /** It is in no set any more. */
  #gone(job: RunningJob, error: unknown, final: RawPayload, isDiscarded: boolean): Write {
    return async () => {
      job.unit.acknowledge();
      // Given to another while its hooks ran: that one decides anew.
      if (job.isGivenAway) return;
      // As Sidekiq 8 marks it: whoever is told sees that the job is not in the dead set, and that this was decided.
      const told = isDiscarded ? { ...final, discarded_at: Date.now() } : final;
      await this.#hooks.tellDeath(told, error);
    };
  }

  #buryAsItIs(unit: UnitOfWork): Write {
    return () => unit.move({ kind: "dead", burial: this.#burial() });
  }

  #burial(): Burial {
    return burialAt(Date.now(), this.#options.policy);
  }

  async #condemn(unit: UnitOfWork): Promise<void> {
    const bytes = unit.text.includes("\ufffd") ? await unit.bytes() : Buffer.from(unit.text);
    const payload = bytes && pillText(bytes, unit.queue, timeToken(Date.now(), this.#options.wire()));
    if (!payload || !(await unit.move({ kind: "dead", burial: this.#burial(), payload }))) return;
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
      maxRetries: this.#options.policy.maxRetries,
      wire: this.#options.wire(),
      nowMs: Date.now(),
      random: Math.random,
      cleanBacktrace: this.#hooks.cleanerOf(payload),
    };
  }
}

const DONE: Outcome = { kind: "done" };
/** What is kept of a job of which nothing can be decided. */
const UNDECIDED: Outcome = { kind: "dead", isKept: true, changes: undefined };

const EXCERPT = 80;

const malformed = ({ queue, text }: UnitOfWork): string =>
  `Malformed payload in queue ${queue}, kept in the dead set as it is; it begins with ${JSON.stringify(text.slice(0, EXCERPT))}`;

/** The payload with the outcome's fields; undefined when the job has been taken away meanwhile. */
const edited = async (unit: UnitOfWork, changes: PayloadChanges): Promise<Bytes | undefined> => {
  if (!unit.text.includes("\ufffd")) return editPayload(unit.text, changes);
  // Bytes that are no UTF-8 read as U+FFFD: the text has lost them, Redis has not.
  const bytes = await unit.bytes();
  return bytes && editPayloadBytes(bytes, changes);
};

const fieldsOf = (changes: PayloadChanges): Record<string, JsonValue> =>
  Object.fromEntries(
    Object.entries(changes).map(([key, text]) => [key, JSON.parse(text ?? "null") as JsonValue]),
  );
