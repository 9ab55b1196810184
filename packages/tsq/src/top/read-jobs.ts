/** Jobs of a set or of a queue: of all of them the page alone, of those that a filter means a piece of the list. */
import { Filter, Queue } from "@tsq/core/api";
import type { JobPlace, QueuedJob, SortedEntry } from "@tsq/core/api";
import { keyOfJob } from "./job-key.ts";
import { listOfQueue, listOfSet, placedOf } from "../jobs/job-lists.ts";
import type { JobList, PlacedJob } from "../jobs/job-lists.ts";
import { COLUMNS, errorText, jobCells } from "../jobs/job-table.ts";
import { openSet, orderOf } from "../jobs/open-set.ts";
import type { SetName } from "../jobs/open-set.ts";
import { inSet, onQueue } from "../jobs/place-words.ts";
import { cutText } from "../cli/text-width.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Wanted } from "./page.ts";
import type { Picture, Row, TopColumn } from "./picture.ts";

export const readSet = async (name: SetName, of: string, title: string, wanted: Wanted): Promise<Picture> => {
  const { api, from, rows, nowMs } = wanted;
  const columns = columnsOf(name);
  const none = `none ${inSet(name)}`;
  const rowOf = (job: SortedEntry): Row => rowAt(name, { place: name, job }, nowMs);
  if (wanted.filter !== "") {
    const found = await searched(listOfSet(api, name), wanted);
    return {
      of,
      title,
      columns,
      from: 0,
      none,
      ...found,
      rows: found.jobs.map(({ job }) => rowOf(job as SortedEntry)),
    };
  }
  const page = await openSet(api, name).page({ offset: from, limit: rows, order: orderOf(name) });
  return { of, title, columns, from, none, total: page.total, rows: page.items.map(rowOf) };
};

export const readQueue = async (name: string, of: string, wanted: Wanted): Promise<Picture> => {
  const { api, from, rows, nowMs } = wanted;
  const shown = terminalText(name);
  const title = `Queue ${shown}`;
  const none = `none ${onQueue(shown)}`;
  const columns = columnsOf("queue");
  const queue = new Queue(name, api);
  const rowOf = (job: QueuedJob, ahead: number): Row => rowAt("queue", { place: "queue", job, ahead }, nowMs);
  if (wanted.filter !== "") {
    const found = await searched(listOfQueue(queue), wanted);
    // How many are before it was not counted.
    return {
      of,
      title,
      columns,
      from: 0,
      none,
      ...found,
      rows: found.jobs.map(({ job }) => rowOf(job as QueuedJob, Number.NaN)),
    };
  }
  // The one that runs next first.
  const page = await queue.page({ offset: from, limit: rows, order: "asc" });
  return {
    of,
    title,
    columns,
    from,
    none,
    total: page.total,
    rows: page.items.map((job, i) => rowOf(job, from + i)),
  };
};

/** So much of a list is looked at for one page, and no longer: each time that it is read again. */
const MOST_LOOKED = 20_000;
const MOST_MS = 150;
/** Of pages further down, which are looked for once. */
const MOST_MS_ON = 500;

const searched = async (
  list: JobList,
  { filter, after, rows }: Wanted,
): Promise<{ jobs: readonly PlacedJob[]; total: number; looked: number; next: string | undefined }> => {
  const { items, total, looked, cursor } = await list.search(Filter.parse(filter), {
    limit: rows,
    after,
    most: MOST_LOOKED,
    mostMs: after === undefined ? MOST_MS : MOST_MS_ON,
  });
  return { jobs: items.map((job) => list.placed(job)), total, looked, next: cursor };
};

/** A jid is what one copies, and where there is no room for it the job's own page has it. */
export const columnsOf = (of: keyof typeof COLUMNS): readonly TopColumn[] =>
  COLUMNS[of].map(([column], i) => ({ ...column, isExtra: i === 0 }));

const rowAt = (of: keyof typeof COLUMNS, at: JobPlace, nowMs: number): Row =>
  jobRow(of, at, placedOf(at), nowMs);

export const jobRow = (of: keyof typeof COLUMNS, at: JobPlace, placed: PlacedJob, nowMs: number): Row => ({
  key: keyOfJob(at),
  cells: jobCells(of, placed, nowMs),
  target: { kind: "job", at },
  detail: detailOf(placed),
  ...(placed.job.error && { tone: "warning" as const }),
});

/** Two lines of a usual screen. */
const LONGEST_DETAIL = 150;

/** What rows that look alike have no room for: the jid, which one copies, and the error. */
const detailOf = ({ job }: PlacedJob): string => {
  const jid = terminalText(job.jid ?? "(no jid)");
  const error = job.error ? "" : errorText(job);
  return cutText(error === "" ? jid : `${jid}  ${error}`, LONGEST_DETAIL);
};
