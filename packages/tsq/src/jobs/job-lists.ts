/** The lists that jobs lie in, as commands look through them. */
import { Queue } from "@tsq/core/api";
import type {
  ApiConnection,
  Filter,
  JobPlace,
  JobRecord,
  SearchOptions,
  SearchResult,
  SortedEntry,
} from "@tsq/core/api";
import { existingQueue } from "./named-queues.ts";
import { openSet, orderOf } from "./open-set.ts";
import type { SetName } from "./open-set.ts";
import { inSet, onQueue } from "./place-words.ts";
import type { ListName } from "./repair-scope.ts";

/** Where a job is, as `--json` says it. */
export type PlaceName = "retry" | "dead" | "scheduled" | "queue" | "running";

/** A job, and where and since or until when. */
export interface PlacedJob {
  readonly job: JobRecord;
  readonly place: PlaceName;
  /** When it is due, died, was enqueued or began to run. */
  readonly at: Date | undefined;
}

export const placedOf = (at: JobPlace): PlacedJob => {
  if (at.place === "running") return { job: at.job, place: "running", at: at.work?.runAt };
  if (at.place === "queue") return queued(at.job);
  return { job: at.job, place: at.place, at: at.job.at };
};

const queued = (job: JobRecord): PlacedJob => ({
  job,
  place: "queue",
  at: job.enqueuedAt ?? job.createdAt,
});

/** A list to look through. */
export interface JobList {
  readonly place: PlaceName;
  /** In sentences: `in the retry set`, `on the queue low`. */
  readonly called: string;
  readonly search: (filter: Filter, options: SearchOptions) => Promise<SearchResult<JobRecord>>;
  readonly placed: (job: JobRecord) => PlacedJob;
}

export const listOfSet = (api: ApiConnection, name: SetName): JobList => {
  const set = openSet(api, name);
  return {
    place: name,
    called: inSet(name),
    search: (filter, options) => set.search(filter, { ...options, order: orderOf(name) }),
    // What a set finds are its entries.
    placed: (job) => ({ job, place: name, at: (job as SortedEntry).at }),
  };
};

export const listOfQueue = (queue: Queue): JobList => ({
  place: "queue",
  called: onQueue(queue.name),
  search: (filter, options) => queue.search(filter, options),
  placed: queued,
});

/**
 * Those that are named, in their order; of queues all that hold jobs, or the one. What runs is in none. Those of a group can be
 * read at once.
 */
export async function* jobLists(
  api: ApiConnection,
  names: readonly ListName[],
): AsyncGenerator<readonly JobList[]> {
  for (const name of names) {
    if (name === "queues")
      for await (const queues of Queue.groups(api)) yield queues.map((queue) => listOfQueue(queue));
    else if (name === "retry" || name === "dead" || name === "scheduled") yield [listOfSet(api, name)];
    else if (name !== "running")
      yield [listOfQueue(new Queue(await existingQueue(api, name.slice("queue:".length)), api))];
  }
}

/** What was found so far. */
export interface FoundJobs {
  readonly jobs: readonly PlacedJob[];
  readonly looked: number;
  readonly total: number;
  /** Whether there is nothing more to find. */
  readonly isComplete: boolean;
}

/** The most that one search answers, and how long it may keep others waiting. */
const LARGEST = 1_000;
const PIECE_MS = 1_000;

/** Page by page: on to the end, or until so many are found. */
export async function* pagesOf(list: JobList, filter: Filter, limit: number): AsyncGenerator<FoundJobs> {
  let left = limit;
  let after: string | undefined;
  do {
    const piece = { limit: Math.min(left, LARGEST), after, mostMs: PIECE_MS, most: Infinity };
    const { items, looked, total, cursor } = await list.search(filter, piece);
    yield { jobs: items.map((job) => list.placed(job)), looked, total, isComplete: cursor === undefined };
    left -= items.length;
    after = cursor;
  } while (after !== undefined && left > 0);
}

/** The same at once. */
export const foundIn = async (list: JobList, filter: Filter, limit: number): Promise<FoundJobs> => {
  const jobs: PlacedJob[] = [];
  let looked = 0;
  let last = { total: 0, isComplete: true };
  for await (const page of pagesOf(list, filter, limit)) {
    jobs.push(...page.jobs);
    looked += page.looked;
    last = { total: looked > page.looked ? last.total : page.total, isComplete: page.isComplete };
  }
  return { jobs, looked, ...last };
};
