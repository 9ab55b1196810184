/** Where errors of a worker's parts go: to the log, and to the error handlers, whatever those do with them. */
import type { Logger } from "pino";
import type { RedisTarget } from "@tsq/core";
import { isThenable, orNoPermission, reportError } from "@tsq/core/protocol";
import { logError } from "./log-error.ts";
import type { ErrorContext, ErrorHandler } from "../run/hooks.ts";

export class ErrorReports {
  readonly #log: Logger;
  readonly #handlers: readonly ErrorHandler[];
  readonly #redis: RedisTarget;
  readonly #hindrances = new Set<string>();

  constructor(log: Logger, handlers: readonly ErrorHandler[], redis: RedisTarget) {
    this.#log = log;
    this.#handlers = handlers;
    this.#redis = redis;
  }

  readonly report = (error: unknown, context: ErrorContext): void => {
    // What a job raises has its line already.
    if (!context.payload) logError(this.#log, "error", context.context, error);
    this.tell(error, context);
  };

  /** Tells the handlers alone, what has its line already. */
  tell(error: unknown, context: ErrorContext): void {
    for (const handler of this.#handlers) {
      try {
        const told = handler(error, context);
        if (isThenable(told)) this.ignore(told);
      } catch (handlerError) {
        logError(this.#log, "error", "An error handler threw", handlerError);
      }
    }
  }

  /** Each refusal has one line, however often it comes. */
  readonly hindered = (error: unknown): void => {
    const text = reportError(error).message;
    if (this.#hindrances.has(text)) return;
    this.#hindrances.add(text);
    this.report(orNoPermission(this.#redis, error), {
      context: "A command on the way down failed; going on without it or once more",
    });
  };

  /** Nobody waits for it. */
  ignore(work: PromiseLike<unknown>): void {
    Promise.resolve(work)
      .catch((error: unknown) => logError(this.#log, "error", "Unexpected error", error))
      // The log itself throws, say: there is nobody left to tell.
      .catch(() => {});
  }
}
