/** Work on many things that ends before all is done: what is told of it then. */
import { counted, withCommas } from "./counted.ts";
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
        : `Stopped after ${done} of ${total}. Run it again for the rest.`,
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

/** What an error in the midst of work is told as. Of what was under way by then nobody knows. */
export const unfinished = (
  error: unknown,
  { done, total, of: [one, many], did, named = [], problemOf }: Ended,
): unknown => {
  if (done === 0 || error instanceof StoppedError) return error;
  const which = named.length > 0 ? `: ${named.map(terminalText).join(", ")}` : "";
  return new UnfinishedError(
    `${problemOf(error)} Before that at least ${withCommas(done)} of ${counted(total, one, many)} ${done === 1 ? "was" : "were"} ${did}${which}.`,
    { cause: error },
  );
};
