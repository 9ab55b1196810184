/** The keys and what they do: the one list of them, for the help, the last line, `--help` and the document. */
import { TABS } from "./tabs.ts";

/** What a key asks for where one is. */
export type Verb = "retry" | "enqueue" | "kill" | "delete" | "cancel" | "pause" | "clear" | "quiet" | "stop";

export interface Binding {
  readonly key: string;
  readonly verb: Verb;
  /** In the last line. */
  readonly short: string;
  /** In the help. */
  readonly tells: string;
}

export const RETRY: Binding = {
  key: "R",
  verb: "retry",
  short: "retry",
  tells: "retry: put jobs on their queues now (Retries, Dead)",
};
export const ENQUEUE: Binding = {
  key: "E",
  verb: "enqueue",
  short: "enqueue",
  tells: "enqueue: put jobs on their queues now (Scheduled)",
};
export const KILL: Binding = {
  key: "K",
  verb: "kill",
  short: "kill",
  tells: "kill: move jobs to the dead set (Retries, Scheduled, a queue)",
};
export const DELETE: Binding = {
  key: "D",
  verb: "delete",
  short: "delete",
  tells: "delete jobs for good; in Queues clear the queue",
};
export const CANCEL: Binding = {
  key: "C",
  verb: "cancel",
  short: "cancel",
  tells: "cancel: say that nobody wants jobs any more, running ones too",
};
export const PAUSE: Binding = {
  key: "p",
  verb: "pause",
  short: "pause",
  tells: "pause a queue, or resume it (Queues)",
};
export const CLEAR: Binding = { ...DELETE, verb: "clear", short: "clear" };
export const QUIET: Binding = {
  key: "Q",
  verb: "quiet",
  short: "quiet",
  tells: "quiet: let a process take no more jobs (Busy)",
};
export const STOP: Binding = {
  key: "T",
  verb: "stop",
  short: "stop",
  tells: "terminate: stop a process (Busy)",
};

/** All, in the order of the help. */
export const ALL_BINDINGS: readonly Binding[] = [RETRY, ENQUEUE, KILL, DELETE, CANCEL, PAUSE, QUIET, STOP];

/** Keys that only look. */
export const LOOKING: readonly (readonly [key: string, tells: string])[] = [
  ["←/→, Tab", `the tab beside this one; 1 to ${TABS.length} name one`],
  ["j/k, ↑/↓", "the row below, above"],
  ["h/l, PgUp/PgDn", "the page before, the next"],
  ["g/G", "the first page, the last"],
  ["Enter", "open: the job, the queue, what a finding is about"],
  ["Esc", "back; untick; end the filter"],
  ["/", "filter, in the words of the dashboard's search box"],
  ["x", "tick the row, for what is done to several"],
  ["A", "tick all on the page; again: all that the list shows"],
  ["?", "the keys; j and k scroll them"],
  ["Ctrl-L", "read and draw all anew"],
  ["Ctrl-Z", "to the shell; fg comes back"],
  ["q, Ctrl-C", "quit"],
];
