/** What is said of processes that are told to be quiet or to stop. */
import type { ProcessRecord } from "@tsq/core/api";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";

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

/** @param what an identity, or how many */
export const orderQuestion = (
  order: ProcessOrder,
  what: string,
  processes: readonly ProcessRecord[],
): { readonly question: string; readonly about: readonly string[] } => ({
  question: ORDERS[order].asks(what),
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
