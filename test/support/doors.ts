/**
 * The three doors to the same verbs, as somebody goes through them: a command of the terminal, a key of `tsq top`, a form of
 * the dashboard. What was looked at is there; between the question and the yes something may happen.
 */

export type JobPlaceName = "retry" | "scheduled" | "dead" | "queue" | "running";
export type JobVerb = "retry" | "kill" | "delete" | "move" | "cancel";
export type QueueVerb = "pause" | "resume" | "clear";
type ProcessVerb = "quiet" | "stop";
type CronVerb = "enable" | "disable" | "run" | "delete";

/** The queue of jobs that wait, and the one that jobs are moved to. */
export const LOW = "low";
export const BULK = "bulk";

/** What all jobs are meant by. */
export const QUERY = "class:HardJob";

/** One job, or all of the class HardJob. */
export interface JobWish {
  readonly verb: JobVerb;
  readonly place: JobPlaceName;
  readonly jid: string | undefined;
  /** By a command that names no list: wherever it looks by itself. */
  readonly isAnywhere?: boolean;
}

/** What somebody wants. */
export type Wish = (
  | JobWish
  | { readonly verb: QueueVerb; readonly queue: string }
  | { readonly verb: ProcessVerb; readonly identity: string }
  /** Of the cron schedule. */
  | { readonly verb: CronVerb; readonly entry: string }
) & {
  /** What is typed where something is asked. @default the yes that is asked for */
  readonly types?: string;
};

/** How it has ended for whoever did it, and in which words. */
export interface Answer {
  readonly ended: "well" | "wrong";
  readonly says: string;
}

/** @param between what happens when one has looked, and before one answers. Undefined where there is no such button or key */
export type Door = (wish: Wish, between: Between) => Promise<Answer | undefined>;

/** What was asked, with what stands above it. */
export type Between = (asked: string) => Promise<void>;

/** Nobody is asked before these. */
export const isSwitch = ({ verb }: Wish): boolean => AT_ONCE.includes(verb);
const AT_ONCE: readonly string[] = ["pause", "resume", "enable", "disable", "run"];
