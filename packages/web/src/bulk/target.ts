/** What one has to say beside which jobs: the queue that they are moved to, or the time that they get. */
import { timeToCome } from "../request/time-to-come.ts";
import type { WordKey, Words } from "../words/words.ts";

/** What can be done to jobs that needs a target. */
export type TargetVerb = "reschedule" | "move";

export const TARGET_VERBS: readonly TargetVerb[] = ["reschedule", "move"];

export const needsTarget = (verb: string): verb is TargetVerb => TARGET_VERBS.some((one) => one === verb);

/** Where they go, or when they run. */
export interface Target {
  /** Of a move. */
  readonly queue?: string | undefined;
  /** Of a new time. */
  readonly at?: Date | undefined;
}

/** What somebody has typed, and what is wrong with it. */
export interface TypedTarget {
  readonly text: string;
  readonly problem: WordKey;
}

/** The field of a form that each is typed into. */
export const TARGET_FIELDS = { move: "to", reschedule: "at" } as const;

/** What a form says, by the clocks of whoever has sent it; nothing of what needs no target. */
export const readTarget = (verb: string, form: URLSearchParams, { zone }: Words): Target | TypedTarget => {
  if (!needsTarget(verb)) return {};
  const text = (form.get(TARGET_FIELDS[verb]) ?? "").trim();
  if (verb === "move") return text === "" ? { text, problem: "target.no_queue" } : { queue: text };
  const read = timeToCome(text, Date.now(), zone);
  return "at" in read ? read : { text, problem: `target.time_${read.why}` };
};

/** As the audit trail notes it beside a filter. */
export const noteOf = (filter: string, { queue, at }: Target): string =>
  [filter, queue ?? at?.toISOString() ?? ""].filter((part) => part !== "").join(" → ");
