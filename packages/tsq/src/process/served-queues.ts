/** The queues that a worker processes, held against those that its jobs are pushed to. */
import type { Runnable } from "@tsq/core";
import type { WeightedQueue } from "@tsq/core/config";

type Served = Pick<Runnable, "name" | "options">;

/** The queues, and after them those of the jobs that run here. */
export const withQueuesOf = (
  jobs: readonly Served[],
  queues: readonly WeightedQueue[],
): readonly WeightedQueue[] => [
  ...queues,
  ...[...unserved(jobs, queues).keys()].map((name) => ({ name, weight: 0 })),
];

/** Queues that nobody here processes, each with the jobs that are pushed there and run here. */
export const unserved = (
  jobs: readonly Served[],
  queues: readonly WeightedQueue[],
): ReadonlyMap<string, readonly string[]> => {
  const served = new Set(queues.map(({ name }) => name));
  const found = new Map<string, string[]>();
  for (const { name, options } of jobs) {
    const queue = options.queue ?? "default";
    if (served.has(queue)) continue;
    found.set(queue, [...(found.get(queue) ?? []), name]);
  }
  return found;
};
