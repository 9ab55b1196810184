/** Tells processes to be quiet or to stop: those that are there by then, and writes down how far that came. */
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection, ProcessRecord } from "@tsq/core/api";
import { StoppedError, unfinished } from "../cli/early-end.ts";
import { steps } from "../cli/progress.ts";
import type { Work } from "../cli/progress.ts";
import type { Hands } from "./hands.ts";
import { endedText, toldDone, toldText, whichProcesses } from "./process-words.ts";
import type { ProcessOrder } from "./process-words.ts";

interface Telling extends Omit<Hands, "api"> {
  /** Whether all there are were meant, and none picked. */
  readonly isAll: boolean;
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
  const problem = failure === undefined || isEnded ? "" : problemOf(failure.error);
  const meant = (there.length > 0 ? there : seen).map(({ identity }) => identity);
  const told = toldDone(order, meant, isAll, { done: identities.length, problem, isEnded });
  if (told) await write(told);
  if (failure) {
    const [done, total] = [identities.length, there.length];
    const of = ["process", "processes"] as const;
    throw unfinished(failure.error, { done, total, of, did: "told", named: identities, problemOf });
  }
  const gone = endedText(seen.length - there.length, seen.length);
  const texts = there.length > 0 ? [toldText(whichProcesses(there))] : [];
  return { identities, text: [...texts, ...gone].join(" ") };
};

/** Those that are there now, as they are now: what was looked at may have ended since. */
export const stillAlive = async (
  api: ApiConnection,
  seen: readonly ProcessRecord[],
): Promise<readonly ProcessRecord[]> => {
  const identities = new Set(seen.map(({ identity }) => identity));
  return (await new ProcessSet(api).all()).filter(({ identity }) => identities.has(identity));
};
