/** What is said of processes that are told to be quiet or to stop, and what stands in the audit trail. */
import type { ProcessRecord } from "@tsq/core/api";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Done } from "./audit.ts";
import { doneOf } from "./done-of.ts";
import type { DeedEnd } from "./done-of.ts";
import { namesText, pickedText } from "./picked-text.ts";

export type ProcessOrder = "quiet" | "stop";

const ORDERS = {
  quiet: {
    asks: (what: string) => `Let ${what} take no more jobs?`,
    follows: "Nothing undoes it but to start the process again.",
  },
  stop: {
    asks: (what: string) => `Stop ${what}?`,
    follows: "It waits for its jobs as long as it is set to, and hands back the rest.",
  },
} as const;

/** One by its identity, several by how many. */
export const whichProcesses = (processes: readonly { readonly identity: string }[]): string => {
  const [first] = processes;
  return first && processes.length === 1 ? first.identity : counted(processes.length, "process", "processes");
};

export const orderQuestion = (
  order: ProcessOrder,
  processes: readonly ProcessRecord[],
): { readonly question: string; readonly about: readonly string[] } => ({
  question: ORDERS[order].asks(whichProcesses(processes)),
  about: [
    ...processes.slice(0, MOST_NAMED).map(busyLine),
    ...(processes.length > MOST_NAMED ? [`  others ${processes.length - MOST_NAMED}`] : []),
    ORDERS[order].follows,
  ],
});

const MOST_NAMED = 6;

const busyLine = ({ identity, busy, queues }: ProcessRecord): string =>
  `  ${terminalText(identity)}  ${counted(busy, "job")} running, queues ${queues.map(terminalText).join(", ")}`;

export const toldText = (what: string): string =>
  `Told ${terminalText(what)}: it is heard at the next heartbeat, within ten seconds.`;

/** Of those that were picked or counted. */
export const endedText = (gone: number, of: number): readonly string[] => {
  if (gone === 0) return [];
  if (gone < of)
    return [`${counted(gone, "process", "processes")} of ${of} ${gone === 1 ? "has" : "have"} ended.`];
  return [`Nothing was done: ${of === 1 ? "it has" : "they have"} ended.`];
};

/** Of the first of them. */
export const toldDone = (
  order: ProcessOrder,
  meant: readonly string[],
  isAll: boolean,
  end: DeedEnd,
): Done | undefined => {
  const those = end.done === 0 ? meant : meant.slice(0, end.done);
  return doneOf(end, {
    // The dashboard's names.
    action: `${isAll ? "fleet" : "process"}.${order}`,
    subject: whichProcesses(those.map((identity) => ({ identity }))),
    named: (room) => (those.length === 1 ? "" : isAll ? namesText(those, room) : pickedText(those, room)),
  });
};
