/** What a job and a worker have asked to be told of an end, called with their mistakes kept from the job. */
import type { Logger } from "pino";
import type { DeathHandler, Payload, RawPayload, RetryDelay } from "@tsq/core";
import { displayClass, HookWaits, tellDeath } from "@tsq/core/protocol";
import { cleanedOnce } from "../report/backtrace-cleaner.ts";
import type { BacktraceCleaner } from "../report/backtrace-cleaner.ts";
import { logError } from "../report/log-error.ts";
import type { RunningJob } from "./running-job.ts";

/** Told of every error a job or a part of the worker raises. */
export type ErrorHandler = (error: unknown, context: ErrorContext) => unknown;
/** What an error handler is told beside the error. */
export interface ErrorContext {
  /** What was going on, in words. */
  readonly context: string;
  /** The job's payload, when there is one. */
  readonly payload?: RawPayload;
}

export interface HooksOptions {
  readonly log: Logger;
  readonly onError: ErrorHandler;
  readonly deathHandlers: readonly DeathHandler[];
  readonly backtraceCleaner: BacktraceCleaner | undefined;
  /** As in `WorkerOptions`. */
  readonly hookTimeoutMs: number;
}

export class Hooks {
  readonly #options: HooksOptions;
  readonly #waits: HookWaits;
  readonly #deathWaits: HookWaits;
  readonly #deathHandlers: readonly DeathHandler[];

  constructor(options: HooksOptions) {
    this.#options = options;
    this.#waits = new HookWaits(options.hookTimeoutMs);
    const waits = (this.#deathWaits = new HookWaits(options.hookTimeoutMs));
    this.#deathHandlers = options.deathHandlers.map(
      (handler) => (payload, error) => waits.answerOf(named(handler), () => handler(payload, error)),
    );
  }

  /** None that says what becomes of a job is waited for any more. */
  endAnswers(): void {
    this.#waits.end();
  }

  /** No death handler either. */
  end(): void {
    this.endAnswers();
    this.#deathWaits.end();
  }

  /** What the job says of its next attempt; nothing where its hook fails, as in Sidekiq, or does not answer. */
  async retryIn(job: RunningJob, count: number, error: unknown, payload: RawPayload): Promise<RetryDelay> {
    const hooks = job.runnable?.hooks;
    try {
      return await this.#waits.answerOf(`retryIn of ${job.class}`, () =>
        hooks?.retryIn?.(count, error, payload as Payload),
      );
    } catch (thrown) {
      this.#failed(thrown, `Failure in retryIn of ${job.class}, falling back to the default`, payload);
      return undefined;
    }
  }

  /** Tells a job that it is out of attempts. True when it may go to the dead set, also where its hook does not answer. */
  async mayBeBuried(job: RunningJob, payload: RawPayload, error: unknown): Promise<boolean> {
    const hook = job.runnable?.hooks.retriesExhausted;
    if (!hook) return true;
    try {
      const answer = await this.#waits.answerOf(`retriesExhausted of ${job.class}`, () =>
        hook(payload as Payload, error),
      );
      return answer !== "discard";
    } catch (thrown) {
      this.#failed(thrown, `Error calling retriesExhausted of ${job.class}`, payload);
      return true;
    }
  }

  /** Tells the death handlers. */
  tellDeath(payload: RawPayload, error: unknown): Promise<void> {
    return tellDeath(this.#deathHandlers, payload, error, (thrown) =>
      this.#failed(thrown, "Error calling death handler", payload),
    );
  }

  /** What shortens the stack of this job's failure. */
  cleanerOf(payload: RawPayload): BacktraceCleaner | undefined {
    const { backtraceCleaner: clean } = this.#options;
    if (!clean) return undefined;
    return cleanedOnce(clean, (thrown) =>
      // It is called while the failure is decided on, and told after the failure itself.
      queueMicrotask(() => this.#failed(thrown, "Error calling backtraceCleaner", payload)),
    );
  }

  /** Never throws: behind the error handlers there is nobody left to tell. */
  report(error: unknown, context: string): void {
    try {
      this.#options.onError(error, { context });
    } catch {
      // The log itself throws, say.
    }
  }

  #failed(error: unknown, context: string, payload: RawPayload): void {
    const fields = { jid: payload["jid"], class: displayClass(payload) };
    try {
      logError(this.#options.log, "error", context, error, fields);
      this.#options.onError(error, { context, payload });
    } catch (internal) {
      this.report(internal, `Could not log: ${context}`);
    }
  }
}

const named = ({ name }: DeathHandler): string =>
  name === "" ? "a death handler" : `the death handler \`${name}\``;
