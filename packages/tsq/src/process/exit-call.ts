/**
 * A `process.exit()` in a job would cut off every other job of the process. Here it throws: the job fails, what else
 * runs is handed back, and the process ends with the code that was asked for.
 */
import type { Logger } from "pino";

/** What a call of `process.exit()` throws into the code that made it. */
export class ExitCalledError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

interface ExitGuard {
  /** Ends the guard: from then on `process.exit()` does what it says. */
  readonly release: () => void;
  /** Until what runs now has returned, `process.exit()` does not throw, because nobody could catch it. */
  readonly returning: () => void;
}

/** @param begin hands back what runs and ends the process; false when a stop is under way, which goes on as it is */
export const guardExit = (log: Logger, begin: () => boolean): ExitGuard => {
  const exit = process.exit.bind(process);
  let isReturning = false;
  process.exit = (code?: number | string | null): never => {
    const error = new ExitCalledError(
      `process.exit(${code ?? ""}) was called in a worker, which ends every job of the process. Throw an error, or return`,
    );
    if (begin()) {
      log.fatal({ err: error }, "process.exit() was called; handing back what runs");
    } else {
      log.warn({ err: error }, "process.exit() was called in a stop, which goes on to its own end");
    }
    // A crash stays one, whatever a listener that tidies up says.
    if (code !== undefined && code !== null && !process.exitCode) process.exitCode = code;
    if (isReturning) return undefined as never;
    throw error;
  };
  return {
    release: () => {
      process.exit = exit;
    },
    returning: () => {
      isReturning = true;
      process.nextTick(() => (isReturning = false));
    },
  };
};
