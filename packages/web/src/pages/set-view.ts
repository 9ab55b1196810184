/** What the page of a set is made of, and what differs from set to set. */
import { deedsAt } from "@tsq/core/config";
import type { BulkView } from "../bulk/bulk-work.ts";
import { TARGET_VERBS } from "../bulk/target.ts";
import type { TargetVerb } from "../bulk/target.ts";
import type { SetChart } from "../readings/counted.ts";
import type { IconName } from "../layout/icons.ts";
import type { Paging } from "../layout/pager.ts";
import type { ErrorView, JobView } from "../layout/parts.ts";
import type { WordKey } from "../words/words.ts";
import type { NarrowView } from "../request/list-query.ts";
import type { FacetsView } from "./narrow.ts";

/** An entry of the set. */
export interface EntryView extends JobView {
  /** `<score>-<jid>`, as links and forms name it. */
  readonly key: string;
  readonly at: Date | undefined;
  readonly error: ErrorView | undefined;
  /** How often it has failed; undefined before the first time. */
  readonly failures: number | undefined;
}

/** What the page is made of. */
export interface SetView {
  readonly set: "retry" | "schedule" | "dead";
  readonly size: number;
  readonly entries: readonly EntryView[];
  readonly paging: Paging;
  readonly narrow: NarrowView;
  /** Undefined while they are being counted. */
  readonly facets: FacetsView | undefined;
  readonly chart?: SetChart | undefined;
  /** What is done to many of them, or was just now. */
  readonly works: readonly BulkView[];
}

/** What a set is on its page. */
export interface SetLook {
  readonly path: string;
  readonly shape: IconName;
  readonly tone: "retry" | "sched" | "dead";
  readonly title: WordKey;
  readonly heading: WordKey;
  readonly none: WordKey;
  readonly why: WordKey;
  readonly lead: WordKey;
  readonly when: WordKey;
  readonly verbs: readonly ListVerb[];
  readonly targets: readonly TargetVerb[];
}

/** What a list offers by itself. */
export type ListVerb = "retry" | "add_to_queue" | "kill" | "delete";

const LIST_VERBS: readonly ListVerb[] = ["retry", "add_to_queue", "kill", "delete"];

/** What differs from set to set. */
export const SET_KINDS: Readonly<Record<SetView["set"], SetLook>> = {
  retry: {
    path: "/retries",
    shape: "retry",
    tone: "retry",
    title: "nav.retries",
    heading: "set.retry",
    none: "set.retry_none",
    why: "set.retry_why",
    lead: "set.retry_lead",
    when: "set.next_try",
    verbs: deedsAt("retry", LIST_VERBS),
    targets: deedsAt("retry", TARGET_VERBS),
  },
  schedule: {
    path: "/scheduled",
    shape: "sched",
    tone: "sched",
    title: "nav.scheduled",
    heading: "set.schedule",
    none: "set.schedule_none",
    why: "set.schedule_why",
    lead: "set.schedule_lead",
    when: "set.runs",
    verbs: deedsAt("scheduled", LIST_VERBS),
    targets: deedsAt("scheduled", TARGET_VERBS),
  },
  dead: {
    path: "/morgue",
    shape: "dead",
    tone: "dead",
    title: "nav.dead",
    heading: "set.dead",
    none: "set.dead_none",
    why: "set.dead_why",
    lead: "set.dead_lead",
    when: "set.died",
    verbs: deedsAt("dead", LIST_VERBS),
    targets: deedsAt("dead", TARGET_VERBS),
  },
};
