/** Waits for the user's own code, which may never come back, and says so instead of ending or waiting in silence. */
import type { Logger } from "pino";
import { ConfigError } from "@tsq/core";

export interface Patience {
  /** After so long a line says what is waited for. @default 10_000 */
  readonly warnMs?: number;
  /** After so long it is given up. @default 300_000 */
  readonly endMs?: number;
}

/**
 * @param what is waited for, such as "`jobs.ts` to load"
 * @throws ConfigError when nothing is left that could make it come back, or when it takes too long
 */
export const comesBack = async <T>(
  work: Promise<T>,
  what: string,
  log: Logger,
  { warnMs = 10_000, endMs = 300_000 }: Patience = {},
): Promise<T> => {
  let giveUp: (reason: string) => void = () => {};
  const never = new Promise<never>((_resolve, reject) => {
    giveUp = (reason) =>
      reject(new ConfigError(`Expected ${what}, ${reason}. Look for an await that never ends.`));
  });
  // Emitted when the process would end in silence: no timer, no connection, nothing that could still resolve it.
  const ended = (): void => giveUp("but nothing is left that it could wait for");
  process.once("beforeExit", ended);
  // They must not keep the process alive that they are to tell of.
  const warn = setTimeout(() => log.warn(`Still waiting for ${what}`), warnMs).unref();
  const end = setTimeout(() => giveUp(`waited ${endMs / 1_000} s`), endMs).unref();
  try {
    return await Promise.race([work, never]);
  } finally {
    process.off("beforeExit", ended);
    clearTimeout(warn);
    clearTimeout(end);
  }
};
