/** Tells processes to be quiet or to stop: those that are there by then, and writes down how far that came. */
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection, ProcessRecord } from "@tsq/core/api";
import { StoppedError, unfinished } from "../cli/early-end.ts";
import { steps } from "../cli/progress.ts";
import type { Work } from "../cli/progress.ts";
import type { Done } from "./audit.ts";
import { endedText, toldDone, toldText, whichProcesses } from "./process-words.ts";
import type { ProcessOrder } from "./process-words.ts";

interface Telling {
  /** Whether all there are were meant, and none picked. */
  readonly isAll: boolean;
  /** What has ended it, in one line. */
  readonly problemOf: (error: unknown) => string;
  readonly write: (done: Done) => Promise<void>;
}

interface Told {
  readonly identities: readonly string[];
  /** For people. */
  readonly text: string;
}

/**
 * Tells those of them that have not ended since they were looked at.
 *
 * @throws StoppedError when it was ended before all were told. UnfinishedError for what else has ended it in its midst
 */
export const tellProcesses = async (
  api: ApiConnection,
  order: ProcessOrder,
  seen: readonly ProcessRecord[],
  work: Work,
  { isAll, problemOf, write }: Telling,
): Promise<Told> => {
  const there = await stillAlive(api, seen);
  const identities: string[] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const process of steps(there, work)) {
      await process[order]();
      identities.push(process.identity);
    }
  } catch (error) {
    failure = { error };
  }
  const isEnded = failure?.error instanceof StoppedError;
  const problem = failure === undefined ? "" : isEnded ? "ended early" : problemOf(failure.error);
  if (identities.length > 0 || (failure && !isEnded)) {
    const meant = there.map(({ identity }) => identity);
    await write(toldDone(order, meant, identities.length, { isAll, problem, isEnded }));
  }
  if (failure) {
    const [done, total] = [identities.length, there.length];
    const of = ["process", "processes"] as const;
    throw unfinished(failure.error, { done, total, of, did: "told", named: identities, problemOf });
  }
  const gone = endedText(seen.length - there.length, seen.length);
  const told = there.length > 0 ? [toldText(whichProcesses(there))] : [];
  return { identities, text: [...told, ...gone].join(" ") };
};

/** Those that are there now, as they are now: what was looked at may have ended since. */
export const stillAlive = async (
  api: ApiConnection,
  seen: readonly ProcessRecord[],
): Promise<readonly ProcessRecord[]> => {
  const identities = new Set(seen.map(({ identity }) => identity));
  return (await new ProcessSet(api).all()).filter(({ identity }) => identities.has(identity));
};
