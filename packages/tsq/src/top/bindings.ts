/** The keys, as the help and the last line list them. What looks is in `on-key.ts` and beside it, what changes something in `deeds.ts`. */
import { deedsAt } from "@tsq/core/config";
import type { Target } from "./picture.ts";

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

const RETRY: Binding = {
  key: "R",
  verb: "retry",
  short: "retry",
  tells: "retry: put jobs on their queues now (Retries, Dead)",
};
const ENQUEUE: Binding = {
  key: "E",
  verb: "enqueue",
  short: "enqueue",
  tells: "enqueue: put jobs on their queues now (Scheduled)",
};
const KILL: Binding = {
  key: "K",
  verb: "kill",
  short: "kill",
  tells: "kill: move jobs to the dead set (Retries, Scheduled, a queue)",
};
const DELETE: Binding = {
  key: "D",
  verb: "delete",
  short: "delete",
  tells: "delete jobs for good; in Queues clear the queue",
};
const CANCEL: Binding = {
  key: "C",
  verb: "cancel",
  short: "cancel",
  tells: "cancel: say that nobody wants jobs any more, running ones too",
};
const PAUSE: Binding = {
  key: "p",
  verb: "pause",
  short: "pause",
  tells: "pause a queue, or resume it (Queues)",
};
const CLEAR: Binding = { ...DELETE, verb: "clear", short: "clear" };
const QUIET: Binding = {
  key: "Q",
  verb: "quiet",
  short: "quiet",
  tells: "quiet: let a process take no more jobs (Busy)",
};
const STOP: Binding = { key: "T", verb: "stop", short: "stop", tells: "terminate: stop a process (Busy)" };

/** All, in the order of the help. */
export const ALL_BINDINGS: readonly Binding[] = [RETRY, ENQUEUE, KILL, DELETE, CANCEL, PAUSE, QUIET, STOP];

/** Without those that need a queue or a time beside a yes: `tsq move` and the dashboard take them. */
const OF_JOBS = { retry: RETRY, add_to_queue: ENQUEUE, kill: KILL, delete: DELETE, cancel: CANCEL } as const;
const DEEDS = ["retry", "add_to_queue", "kill", "delete", "cancel"] as const;

/** What can be done to it. */
export const verbsOf = (target: Target): readonly Binding[] => {
  if (target.kind === "job") return deedsAt(target.at.place, DEEDS).map((deed) => OF_JOBS[deed]);
  if (target.kind === "process") return [QUIET, STOP];
  if (target.kind === "queue") return [PAUSE, CLEAR];
  return [];
};

/** Keys that only look. */
export const LOOKING: readonly (readonly [key: string, tells: string])[] = [
  ["←/→, Tab", "the tab beside this one; 1 to 7 name one"],
  ["j/k, ↑/↓", "the row below, above"],
  ["h/l, PgUp/PgDn", "the page before, the next"],
  ["g/G", "the first page, the last"],
  ["Enter", "open: the job, the queue, what a finding is about"],
  ["Esc", "back; untick; end the filter"],
  ["/", "filter, in the words of the dashboard's search box"],
  ["x", "tick the row, for what is done to several"],
  ["A", "tick all on the page; again: all that the list shows"],
  ["Ctrl-L", "read and draw all anew"],
  ["Ctrl-Z", "to the shell; fg comes back"],
  ["q, Ctrl-C", "quit"],
];
