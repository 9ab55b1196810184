/**
 * Some jobs of each queue and set: the newest and the oldest. However many there are, no more is read, so that no command
 * keeps Redis from others for long.
 */
import { DeadSet, Queue, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { ApiConnection, JobRecord, Snapshot } from "@tsq/core/api";

export interface SampledJob {
  readonly job: JobRecord;
  readonly list: JobList;
  /** The queue that it waits on, or would. */
  readonly queue: string;
}

export type JobList = "queue" | "retry" | "schedule" | "dead";

export interface Sample {
  readonly jobs: readonly SampledJob[];
  /** How many there are, read or not. */
  readonly total: number;
  /** Queues that were left out, as there are too many. */
  readonly queuesLeftOut: number;
}

const MOST_QUEUES = 50;
const FROM_EACH_QUEUE = 100;
const FROM_EACH_END = 200;

export const readSample = async (api: ApiConnection, { queues, sets }: Snapshot): Promise<Sample> => {
  const waiting = queues.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size);
  const jobs: SampledJob[] = [];
  for (const { name } of waiting.slice(0, MOST_QUEUES)) {
    const { items } = await new Queue(name, api).search("", { limit: FROM_EACH_QUEUE });
    jobs.push(...items.map((job) => ({ job, list: "queue", queue: name }) as const));
  }
  for (const [list, set] of [
    ["retry", new RetrySet(api)],
    ["schedule", new ScheduledSet(api)],
    ["dead", new DeadSet(api)],
  ] as const) {
    const seen = new Map<string, JobRecord>();
    for (const order of ["desc", "asc"] as const) {
      const { items } = await set.search("", { limit: FROM_EACH_END, order });
      for (const job of items) seen.set(job.id, job);
    }
    for (const job of seen.values()) jobs.push({ job, list, queue: job.queue ?? "default" });
  }
  const total = waiting.reduce((sum, { size }) => sum + size, sets.retries + sets.scheduled + sets.dead);
  return { jobs, total, queuesLeftOut: Math.max(0, waiting.length - MOST_QUEUES) };
};
