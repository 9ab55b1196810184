/**
 * What becomes of a job that failed: job-retry.ts decides, the job's hooks are asked, and one call writes it.
 * Whatever goes wrong until then, the job is written somewhere: none is held.
 */
import type { Logger } from "pino";
import { MalformedPayloadError } from "@tsq/core";
import type { DeathHandler, JsonValue, Payload, RawPayload, WireGeneration } from "@tsq/core";
import {
  burialAt,
  displayClass,
  editPayload,
  editPayloadBytes,
  parsePayload,
  scoreOf,
  tellDeath,
  timeToken,
} from "@tsq/core/protocol";
import type { Burial, Bytes, DeadSetLimits, PayloadChanges } from "@tsq/core/protocol";
import { cleanedOnce } from "../report/backtrace-cleaner.ts";
import type { BacktraceCleaner } from "../report/backtrace-cleaner.ts";
import type { UnitOfWork } from "../fetch/fetch.ts";
import { decide } from "./job-retry.ts";
import type { Outcome } from "./job-retry.ts";
import { logError } from "../report/log-error.ts";
import { PILL_BURIED, pillText, rescueId } from "../services/poison-pills.ts";
import type { RunningJob } from "./running-job.ts";

/** Sidekiq's limits on retries and on the dead set (WIRE §7.8). */
export interface RetryPolicy extends DeadSetLimits {
  readonly maxRetries: number;
}

/** Told of every error a job or a part of the worker raises. */
export type ErrorHandler = (error: unknown, context: ErrorContext) => unknown;
export interface ErrorContext {
  /** What was going on, in words. */
  readonly context: string;
  /** The job's payload, when there is one. */
  readonly payload?: RawPayload;
}

export interface ConclusionOptions {
  readonly policy: RetryPolicy;
  readonly wire: () => WireGeneration;
  readonly log: Logger;
  readonly onError: ErrorHandler;
  readonly deathHandlers: readonly DeathHandler[];
  readonly backtraceCleaner: BacktraceCleaner | undefined;
}

export class Conclusion {
  readonly #options: ConclusionOptions;

  constructor(options: ConclusionOptions) {
    this.#options = options;
  }

  /** Whatever goes wrong before it is known what to write, something is written: no job is held for it. */
  async of(job: RunningJob, error: unknown): Promise<void> {
    let write: () => Promise<unknown>;
    try {
      write = await this.#conclusion(job, error);
    } catch (internal) {
      const { unit } = job;
      const context = `Could not decide what becomes of a job of queue ${unit.queue}; it goes to the dead set as it was`;
      this.report(internal, context);
      write = () => unit.move({ kind: "dead", burial: this.burial(Date.now()) });
    }
    await write();
  }

  async #conclusion(job: RunningJob, error: unknown): Promise<() => Promise<unknown>> {
    const { unit } = job;
    // As it was pushed, whatever the job made of the one that it was given (WIRE §4.2).
    const payload = parseJob(unit.text);
    const outcome = await this.#decide(job, payload, error);
    if (outcome.kind === "retry") {
      const text = await this.#edited(unit, outcome.changes);
      return async () =>
        text === undefined
          ? unit.acknowledge()
          : unit.move({ kind: "set", set: "retry", score: scoreOf(outcome.atMs), payload: text });
    }
    const final = { ...payload, ...fieldsOf(outcome.changes) };
    const isKept = outcome.kind === "dead" && (await this.#askExhausted(job, final, error)) && outcome.isKept;
    const text = isKept ? await this.#edited(unit, outcome.changes) : undefined;
    return async () => {
      if (text === undefined) {
        unit.acknowledge();
        // Given to another while its hooks ran: that one decides anew.
        if (isKept || job.isGivenAway) return;
      } else if (!(await unit.move({ kind: "dead", burial: this.burial(Date.now()), payload: text }))) return;
      // As Sidekiq 8 marks it: whoever is told sees that the job is not in the dead set, and that this was decided.
      const isDiscarded = outcome.kind === "discard" || (outcome.kind === "dead" && !isKept);
      const told = isDiscarded ? { ...final, discarded_at: Date.now() } : final;
      await tellDeath(this.#options.deathHandlers, told, error, (thrown) =>
        this.#hookFailed(thrown, "Error calling death handler", told),
      );
    };
  }

  async #decide(job: RunningJob, payload: RawPayload, error: unknown): Promise<Outcome> {
    const { runnable, unit } = job;
    const { backtraceCleaner: clean } = this.#options;
    const failure = {
      payload,
      queue: unit.queue,
      error,
      options: runnable?.options ?? {},
      isUnknown: runnable === undefined,
      maxRetries: this.#options.policy.maxRetries,
      wire: this.#options.wire(),
      nowMs: Date.now(),
      random: Math.random,
      cleanBacktrace:
        clean &&
        cleanedOnce(clean, (thrown) => this.#hookFailed(thrown, "Error calling backtraceCleaner", payload)),
    };
    const outcome = decide(failure);
    const retryIn = runnable?.hooks.retryIn;
    if (outcome.kind !== "retry" || !retryIn) return outcome;
    try {
      return decide(failure, await retryIn(outcome.count, error, payload as Payload));
    } catch (hookError) {
      // As in Sidekiq: reported, and the usual delay.
      this.#hookFailed(hookError, `Failure in retryIn of ${job.class}, falling back to the default`, payload);
      return outcome;
    }
  }

  /** True when the job may go to the dead set. */
  async #askExhausted(job: RunningJob, payload: RawPayload, error: unknown): Promise<boolean> {
    const hook = job.runnable?.hooks.retriesExhausted;
    if (!hook) return true;
    try {
      return (await hook(payload as Payload, error)) !== "discard";
    } catch (hookError) {
      this.#hookFailed(hookError, `Error calling retriesExhausted of ${job.class}`, payload);
      return true;
    }
  }

  /** Puts a poison pill into the dead set: its process ends once more. */
  async condemn(unit: UnitOfWork): Promise<void> {
    const bytes = unit.text.includes("\ufffd") ? await unit.bytes() : Buffer.from(unit.text);
    const nowMs = Date.now();
    const payload = bytes && pillText(bytes, unit.queue, timeToken(nowMs, this.#options.wire()));
    if (!payload || !(await unit.move({ kind: "dead", burial: this.burial(nowMs), payload }))) return;
    this.#options.log.error({ jid: rescueId(payload), queue: unit.queue }, PILL_BURIED);
  }

  #hookFailed(error: unknown, context: string, payload: RawPayload): void {
    const fields = { jid: payload["jid"], class: displayClass(payload) };
    try {
      logError(this.#options.log, "error", context, error, fields);
      this.#options.onError(error, { context, payload });
    } catch (internal) {
      this.report(internal, `Could not log: ${context}`);
    }
  }

  /** For what goes to the dead set now. */
  burial(nowMs: number): Burial {
    return burialAt(nowMs, this.#options.policy);
  }

  /** The payload with the outcome's fields; undefined when the job has been taken away meanwhile. */
  async #edited(unit: UnitOfWork, changes: PayloadChanges): Promise<Bytes | undefined> {
    if (!unit.text.includes("\ufffd")) return editPayload(unit.text, changes);
    // Bytes that are no UTF-8 read as U+FFFD: the text has lost them, Redis has not.
    const bytes = await unit.bytes();
    return bytes && editPayloadBytes(bytes, changes);
  }

  /** Never throws: behind the error handlers there is nobody left to tell. */
  report(error: unknown, context: string): void {
    try {
      this.#options.onError(error, { context });
    } catch {
      // The log itself throws, say.
    }
  }
}

/** @throws MalformedPayloadError when it is no JSON object, or its class is no text */
export const parseJob = (text: string): RawPayload => {
  const payload = parsePayload(text);
  if (typeof payload["class"] === "string") return payload;
  throw new MalformedPayloadError(
    `Expected a job's \`class\` to be a string, got ${JSON.stringify(payload["class"])}`,
  );
};

const fieldsOf = (changes: PayloadChanges): Record<string, JsonValue> =>
  Object.fromEntries(
    Object.entries(changes).map(([key, text]) => [key, JSON.parse(text ?? "null") as JsonValue]),
  );
