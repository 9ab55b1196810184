/** The three sorted sets, as pages and their buttons know them. */
import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { ApiConnection, SortedEntry } from "@tsq/core/api";
import { deedsAt } from "@tsq/core/config";
import { TARGET_VERBS } from "./bulk/target.ts";
import type { TargetVerb } from "./bulk/target.ts";
import type { Action } from "./security/roles.ts";

/** What may be done to an entry: the names of the fields that Sidekiq::Web's buttons send. */
export type Verb = "retry" | "add_to_queue" | "kill" | "delete";

/** One of the sets. */
export interface SetKind {
  /** Of its pages: `/retries`. */
  readonly path: "/retries" | "/scheduled" | "/morgue";
  /** Its key in Redis. */
  readonly set: "retry" | "schedule" | "dead";
  /** As the data API says that a job is in it. */
  readonly place: "retry" | "scheduled" | "dead";
  readonly open: (api: ApiConnection) => RetrySet | ScheduledSet | DeadSet;
  /** What can be done to its entries; of two that one form asks for, the first is done, as in Sidekiq::Web. */
  readonly verbs: readonly Verb[];
  /** What can be done to all of it, to how many it was done; with who is told how many that are meanwhile. */
  readonly all: Readonly<
    Partial<Record<Verb, (api: ApiConnection, onProgress: (count: number) => void) => Promise<number>>>
  >;
  /** What else can be done, to one, to some or to all of it, with a target. */
  readonly targets: readonly TargetVerb[];
}

/** At which end its list begins, and what is counted of it: with those that are due first, or died last. */
export const orderOf = ({ set }: Pick<SetKind, "set">): "asc" | "desc" => (set === "dead" ? "desc" : "asc");

export const RETRIES: SetKind = {
  path: "/retries",
  set: "retry",
  place: "retry",
  open: (api) => new RetrySet(api),
  verbs: deedsAt("retry", ["retry", "delete", "kill"]),
  all: {
    retry: (api, onProgress) => new RetrySet(api).retryAll({ onProgress }),
    delete: (api) => new RetrySet(api).clear(),
    kill: (api, onProgress) => new RetrySet(api).killAll({ onProgress }),
  },
  targets: TARGET_VERBS,
};

export const SCHEDULED: SetKind = {
  path: "/scheduled",
  set: "schedule",
  place: "scheduled",
  open: (api) => new ScheduledSet(api),
  verbs: deedsAt("scheduled", ["delete", "add_to_queue", "kill"]),
  all: {
    delete: (api) => new ScheduledSet(api).clear(),
    add_to_queue: (api, onProgress) => new ScheduledSet(api).addAllToQueue({ onProgress }),
    kill: async (api, onProgress) => {
      const { done } = await new ScheduledSet(api)
        .bulk()
        .kill({ onProgress: (report) => onProgress(report.done) });
      return done;
    },
  },
  targets: TARGET_VERBS,
};

export const DEAD: SetKind = {
  path: "/morgue",
  set: "dead",
  place: "dead",
  open: (api) => new DeadSet(api),
  verbs: deedsAt("dead", ["retry", "delete", "kill"]),
  all: {
    retry: (api, onProgress) => new DeadSet(api).retryAll({ onProgress }),
    delete: (api) => new DeadSet(api).clear(),
  },
  targets: deedsAt("dead", TARGET_VERBS),
};

export const SETS: readonly SetKind[] = [RETRIES, SCHEDULED, DEAD];

/** The action that a verb is, to one job or to all of a set. */
export const actionOf = (scope: "job" | "set", verb: Verb | TargetVerb): Action => `${scope}.${verb}`;

/** Does it to one entry; false when that had gone. */
export const carryOut = (entry: SortedEntry, verb: Verb): Promise<boolean> => DEEDS[verb](entry);

const DEEDS: Readonly<Record<Verb, (entry: SortedEntry) => Promise<boolean>>> = {
  retry: (entry) => entry.retry(),
  add_to_queue: (entry) => entry.addToQueue(),
  kill: (entry) => entry.kill(),
  delete: (entry) => entry.delete(),
};
