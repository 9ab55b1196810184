/** Looking for jobs on all queues for as long as there is time: on many small ones together, and what is left is told as one. */
import { Queue } from "@tsq/core/api";
import type { Filter, JobRecord, QueueSummary, SearchResult } from "@tsq/core/api";
import { path, withQuery } from "../html/path.ts";
import type { FoundJobView, FoundView } from "../pages/search.ts";
import type { Subject } from "../security/permissions.ts";
import { sightFor } from "../security/sight.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import type { Visit } from "../visit.ts";
import { noteQueued } from "./find-job.ts";
import { jobViewOf, shownMessage } from "./job-views.ts";

/** Of one place; more are in its own list. */
export const MOST_OF_ONE = 10;

// Of all queues together.
const QUEUES_MS = 400;
const BUDGET = { limit: MOST_OF_ONE, most: 10_000, mostMs: 150 };
// Of a thousand queues with a job each every one would be a round trip of its own.
const MOST_TOGETHER = 50;
const MOST_JOBS_TOGETHER = 1_000;
// No page has more.
const MOST_FOUND = 200;

/** @param after the queue, by name, after which a look before has ended */
export const onQueues = async (
  visit: Visit,
  filter: Filter,
  after?: string,
): Promise<readonly FoundView[]> => {
  const { queues } = await visit.services.summary.now();
  const left = queues.filter(({ name, size }) => size > 0 && (after === undefined || name > after));
  const groups = groupsOf(left.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
  const endsAt = performance.now() + QUEUES_MS;
  const found: FoundView[] = [];
  let count = 0;
  let last: string | undefined;
  for (const [i, group] of groups.entries()) {
    if (last !== undefined && (count >= MOST_FOUND || performance.now() >= endsAt)) {
      return [...found, restOf(groups.slice(i).flat(), filter, last)];
    }
    const parts = await Promise.all(group.map((queue) => onQueue(visit, queue, filter)));
    found.push(...parts);
    count += parts.reduce((sum, { jobs }) => sum + jobs.length, 0);
    last = group.at(-1)?.name;
  }
  return found;
};

const groupsOf = (queues: readonly QueueSummary[]): readonly (readonly QueueSummary[])[] => {
  const groups: QueueSummary[][] = [];
  let jobs = 0;
  for (const queue of queues) {
    const group = groups.at(-1);
    jobs += queue.size;
    if (group && group.length < MOST_TOGETHER && jobs <= MOST_JOBS_TOGETHER) group.push(queue);
    else {
      groups.push([queue]);
      jobs = queue.size;
    }
  }
  return groups;
};

const onQueue = async (visit: Visit, { name }: QueueSummary, filter: Filter): Promise<FoundView> => {
  const only = sightFor(visit.permissions, filter);
  const result = await new Queue(name, visit.api).search(filter, { ...BUDGET, only });
  noteQueued(visit, result.items);
  return {
    ...partOf(result, path`/queues/${name}`, filter),
    place: "queue",
    queue: name,
    jobs: await withErrors(
      result.items,
      result.items.map((job) => subjectOfJob(job)),
      visit,
    ),
  };
};

/** Of those nothing was looked at. */
const restOf = (queues: readonly QueueSummary[], filter: Filter, last: string): FoundView => ({
  place: "queue",
  jobs: [],
  looked: 0,
  total: queues.reduce((sum, { size }) => sum + size, 0),
  list: undefined,
  next: withQuery("/search", { q: filter.text, after: last }),
});

/** Jobs of which no set tells a time, with what they have failed by. */
export const withErrors = async (
  jobs: readonly JobRecord[],
  subjects: readonly Subject[],
  visit: Visit,
): Promise<readonly FoundJobView[]> => {
  const hidden = await visit.permissions.whyEach("look", subjects);
  return jobs.map((job, i) => ({
    ...jobViewOf(job, visit, hidden[i]),
    error: hidden[i] === undefined ? errorOf(job, visit) : undefined,
    at: job.enqueuedAt ?? job.createdAt,
  }));
};

const errorOf = (job: JobRecord, visit: Visit): FoundJobView["error"] => {
  const name = job.payload?.["error_class"];
  return typeof name === "string" ? { class: name, message: shownMessage(job, visit) } : undefined;
};

/** How far the look went, and where it goes on. */
export const partOf = ({ looked, total, cursor }: SearchResult<JobRecord>, list: string, filter: Filter) => ({
  looked,
  total,
  list: withQuery(list, { q: filter.text }),
  next: cursor === undefined ? undefined : withQuery(list, { q: filter.text, after: cursor }),
});
