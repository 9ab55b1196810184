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

/**
 * @param begin hands back what runs and ends the process
 * @returns ends the guard: from then on `process.exit()` does what it says
 */
export const guardExit = (log: Logger, begin: () => void): (() => void) => {
  const exit = process.exit.bind(process);
  process.exit = (code?: number | string | null): never => {
    if (code !== undefined && code !== null) process.exitCode = code;
    const error = new ExitCalledError(
      `process.exit(${code ?? ""}) was called in a worker, which ends every job of the process. Throw an error, or return`,
    );
    log.fatal({ err: error }, "process.exit() was called; handing back what runs");
    begin();
    throw error;
  };
  return () => {
    process.exit = exit;
  };
};
