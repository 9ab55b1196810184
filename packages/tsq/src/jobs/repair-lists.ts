/** The lists of jobs as something is done to many of them: a set or a queue, in the same words. */
import { Queue } from "@tsq/core/api";
import type {
  ApiConnection,
  BulkOptions,
  BulkPreview,
  BulkReport,
  BulkScope,
  LookOptions,
} from "@tsq/core/api";
import { existingQueue } from "./named-queues.ts";
import { openSet } from "./open-set.ts";
import type { SetName } from "./open-set.ts";
import { inSet, onQueue } from "./place-words.ts";
import type { ListName } from "./repair-scope.ts";

export type RepairVerb = "retry" | "kill" | "delete" | "move";

export interface RepairList {
  readonly place: "retry" | "dead" | "scheduled" | "queue";
  /** The queue's name, or that of the set. */
  readonly name: string;
  /** In sentences: `in the retry set`, `on the queue low`. */
  readonly called: string;
  readonly preview: (scope: BulkScope, options: Omit<LookOptions, "filter">) => Promise<BulkPreview>;
  /** @param to the queue of a move */
  readonly run: (verb: RepairVerb, scope: BulkScope, options: BulkOptions, to: string) => Promise<BulkReport>;
}

/** Those that are named; of queues all that hold jobs, or the one. */
export const repairLists = async (
  api: ApiConnection,
  names: readonly ListName[],
): Promise<readonly RepairList[]> => {
  const lists: RepairList[] = [];
  for (const name of names) {
    if (name === "queues")
      for await (const queues of Queue.groups(api)) lists.push(...queues.map((queue) => ofQueue(queue)));
    // What runs can only be cancelled.
    else if (name === "running") continue;
    else if (name === "retry" || name === "dead" || name === "scheduled") lists.push(ofSet(api, name));
    else lists.push(ofQueue(new Queue(await existingQueue(api, name.slice("queue:".length)), api)));
  }
  return lists;
};

const ofSet = (api: ApiConnection, name: SetName): RepairList => {
  const open = (scope: BulkScope) => openSet(api, name).bulk(scope);
  return {
    place: name,
    name,
    called: inSet(name),
    preview: (scope, options) => open(scope).preview(options),
    run: (verb, scope, options, to) => {
      if (verb === "move") return open(scope).move(to, options);
      return open(scope)[verb](options);
    },
  };
};

const ofQueue = (queue: Queue): RepairList => ({
  place: "queue",
  name: queue.name,
  called: onQueue(queue.name),
  preview: (scope, options) => queue.bulk(scope).preview(options),
  run: (verb, scope, options, to) => {
    if (verb === "move") return queue.bulk(scope).move(to, options);
    // Nobody has to retry what waits: no list of that command is a queue.
    return queue.bulk(scope)[verb === "kill" ? "kill" : "delete"](options);
  },
});
