/** What follows from work on many jobs, where that may be worse than it looks: values, which each side says in its words. */
import { serves } from "../../redis/serving.ts";
import { isLate } from "../findings/goal.ts";
import type { Goals } from "../findings/goal.ts";
import type { JobDeed } from "../jobs/deeds.ts";
import type { QueueSummary } from "../stats.ts";
import type { BulkPreview } from "./bulk-scope.ts";

/** `late` has waited for so many seconds already; `trims` is about the dead set, which keeps fewer than `most`. */
export type Follow =
  | { readonly kind: "paused" | "unserved"; readonly queue: string; readonly count: number }
  | { readonly kind: "late"; readonly queue: string; readonly count: number; readonly latency: number }
  | { readonly kind: "trims"; readonly most: number };

/** What there is beside the jobs. */
export interface Surroundings {
  readonly queues: readonly QueueSummary[];
  readonly processes: readonly { readonly queues: readonly string[]; readonly isQuiet: boolean }[];
  /** How many are in the dead set, and from how many on it loses its oldest. */
  readonly dead: number;
  readonly deadMost: number;
  /** The queue of a move, where it is known; else empty. */
  readonly to: string;
  /** For how long the oldest job of each queue may wait; else the usual time. */
  readonly goals?: Goals;
}

/** Those that get most. */
const MOST_QUEUES = 6;

/** @param previews of each list that it is done to */
export const followsOf = (
  verb: JobDeed,
  previews: readonly Pick<BulkPreview, "count" | "queue">[],
  around: Surroundings,
): readonly Follow[] => {
  const count = previews.reduce((sum, preview) => sum + preview.count, 0);
  if (verb === "retry" || verb === "add_to_queue") return onQueues(previews, around);
  const { to, dead, deadMost } = around;
  // A slip of the pen makes a queue of its own.
  if (verb === "move" && to !== "" && !isServed(to, around)) return [{ kind: "unserved", queue: to, count }];
  if (verb === "kill" && dead + count >= deadMost) return [{ kind: "trims", most: deadMost }];
  return [];
};

/** The queues that jobs go to, where nobody takes from them, or those are late. */
const onQueues = (
  previews: readonly Pick<BulkPreview, "queue">[],
  around: Surroundings,
): readonly Follow[] => {
  const sums = new Map<string, number>();
  for (const { value, count } of previews.flatMap(({ queue }) => queue.values))
    sums.set(value, (sums.get(value) ?? 0) + count);
  // What has no queue goes nowhere.
  const named = [...sums].filter(([name]) => name !== "").toSorted(([, one], [, other]) => other - one);
  return named.slice(0, MOST_QUEUES).flatMap(([name, count]): readonly Follow[] => {
    const queue = around.queues.find((one) => one.name === name);
    if (queue?.paused) return [{ kind: "paused", queue: name, count }];
    if (!isServed(name, around)) return [{ kind: "unserved", queue: name, count }];
    return queue && isLate(queue, around.goals ?? {})
      ? [{ kind: "late", queue: name, count, latency: queue.latency }]
      : [];
  });
};

const isServed = (queue: string, { processes }: Surroundings): boolean =>
  processes.some((process) => serves(process, queue));
