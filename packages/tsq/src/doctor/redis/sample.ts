/**
 * Some jobs of each queue and set: the newest and the oldest. However many there are, and however large, no more is read, so
 * that no command keeps Redis from others for long, and all of them have room in memory.
 */
import { Queue } from "@tsq/core/api";
import type { ApiConnection, JobRecord, Page, PageOptions, Snapshot } from "@tsq/core/api";
import { openSet } from "../../jobs/open-set.ts";

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
/** From each queue and from each end of a set; of a larger job the one. */
const MOST_BYTES = 2_097_152;

export const readSample = async (api: ApiConnection, { queues, sets }: Snapshot): Promise<Sample> => {
  const waiting = queues.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size);
  const jobs: SampledJob[] = [];
  for (const { name } of waiting.slice(0, MOST_QUEUES)) {
    const newest = await readEnd(new Queue(name, api), FROM_EACH_QUEUE, "desc");
    jobs.push(...newest.map((job) => ({ job, list: "queue", queue: name }) as const));
  }
  for (const name of ["retry", "scheduled", "dead"] as const) {
    const set = openSet(api, name);
    // As its key is called: it is told as a place in Redis.
    const list = name === "scheduled" ? "schedule" : name;
    const seen = new Map<string, JobRecord>();
    for (const order of ["desc", "asc"] as const)
      for (const job of await readEnd(set, FROM_EACH_END, order)) seen.set(job.id, job);
    for (const job of seen.values()) jobs.push({ job, list, queue: job.queue ?? "default" });
  }
  const total = waiting.reduce((sum, { size }) => sum + size, sets.retries + sets.scheduled + sets.dead);
  return { jobs, total, queuesLeftOut: Math.max(0, waiting.length - MOST_QUEUES) };
};

interface Paged<T> {
  page(options: PageOptions): Promise<Page<T>>;
}

/** In pieces that grow, as long as what comes is small: how large a job is, is known when it has come. */
const readEnd = async <T extends JobRecord>(
  list: Paged<T>,
  most: number,
  order: "asc" | "desc",
): Promise<readonly T[]> => {
  const jobs: T[] = [];
  let [bytes, largest, limit, before] = [0, 1, 1, Number.POSITIVE_INFINITY];
  for (let offset = 0; offset < most;) {
    const { items, total } = await list.page({ offset, limit, order });
    // What is pushed meanwhile moves the others: the last of those before is there again.
    const last = total > before ? jobs.at(-1) : undefined;
    const seen = last ? items.findIndex(({ bytes: own }) => own.equals(last.bytes)) : -1;
    before = total;
    for (const job of items.slice(seen + 1)) {
      bytes += job.bytes.length;
      largest = Math.max(largest, job.bytes.length);
      if (bytes > MOST_BYTES && jobs.length > 0) return jobs;
      jobs.push(job);
    }
    if (items.length < limit) return jobs;
    offset += limit;
    limit = Math.min(limit * GROWTH, most - offset, Math.ceil((MOST_BYTES - bytes) / largest));
    // One that fills it by itself.
    if (limit < 1) return jobs;
  }
  return jobs;
};

const GROWTH = 8;
