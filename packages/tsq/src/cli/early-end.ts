/** Work on many things that ends before all is done: what is told of it then. */
import { counted, withCommas } from "./counted.ts";
import { orUnusable } from "./or-unusable.ts";
import { terminalText } from "./terminal-text.ts";

/** By its code it is one that the command expects: told in one line. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  readonly code = "TSQ_STOPPED";

  /** @param total 0 where nothing was begun */
  constructor(total: number, done: number) {
    super(
      total === 0
        ? "Stopped before anything was done."
        : `Stopped after ${withCommas(done)} of ${withCommas(total)}. Run it again for the rest.`,
    );
  }
}

/** What an error has ended when some of it was done: how much that is must not be lost. By its code it is told in one line. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
  readonly code = "TSQ_STOPPED";
}

/** What has ended it, and how far it had come. */
interface Ended {
  readonly done: number;
  readonly total: number;
  readonly of: readonly [one: string, many: string];
  /** `were deleted` without its verb. */
  readonly did: string;
  /** Which were done, where there is room to name them. */
  readonly named?: readonly string[];
  /** In one line. */
  readonly problemOf: (error: unknown) => string;
}

/** What Redis refused, or broke off, before any of it was done. By its code it is told in one line. */
class NothingDoneError extends Error {
  override readonly name = "NothingDoneError";
  readonly code = "TSQ_STOPPED";
}

/** What an error is told as that has ended what nothing was done of: that it was not, where Redis has refused it, and so it is known. */
export const undone = (error: unknown, problemOf: Ended["problemOf"]): unknown =>
  isRefused(error) ? new NothingDoneError(`${problemOf(error)} Nothing was done.`, { cause: error }) : error;

/**
 * Runs what only looks, before anything is begun: whatever Redis ends it with, nothing was done, and that is said.
 *
 * @param url of the Redis that it is told of
 */
export const onlyLooking = async <T>(url: string, look: () => Promise<T>): Promise<T> => {
  try {
    return await look();
  } catch (error) {
    const told = orUnusable(error, url);
    if ((told as { readonly code?: unknown } | null)?.code !== "TSQ_REDIS_UNUSABLE") throw error;
    throw new NothingDoneError(`${(told as Error).message} Nothing was done.`, { cause: told });
  }
};

/** What an error in the midst of work is told as. Of what was under way by then nobody knows. */
export const unfinished = (
  met: unknown,
  { done, total, of: [one, many], did, named = [], problemOf }: Ended,
): unknown => {
  if (met instanceof StoppedError) return met;
  const error = met instanceof NothingDoneError ? met.cause : met;
  if (done === 0) return undone(error, problemOf);
  const which = named.length > 0 ? ` (${named.map(terminalText).join(", ")})` : "";
  return new UnfinishedError(
    `At least ${withCommas(done)} of ${counted(total, one, many)} ${done === 1 ? "was" : "were"} ${did}${which}, and then: ${problemOf(error)} Run it again for the rest.`,
    { cause: error },
  );
};

// By a server that is full, read-only and the like: also within a script, for it refuses that its first write or none.
const REFUSED_ALL = /^(?:OOM|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|LOADING) /;
const REFUSED_ONE = /^(?:NOPERM|EXECABORT) /;
// Where MULTI was refused, what was sent behind it was asked for by itself; and within a script what went before it was done.
const MAYBE_DONE = /'multi'|script: /;

/** Whether nothing of it can have been done. */
const isRefused = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { message } = error.cause instanceof Error ? error.cause : error;
  return REFUSED_ALL.test(message) || (REFUSED_ONE.test(message) && !MAYBE_DONE.test(message));
};
