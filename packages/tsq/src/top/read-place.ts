/** Reads what one is looking at, and the numbers of the head with it: as much as the screen shows, and no more. */
import { Stats } from "@tsq/core/api";
import type { ApiConnection, StatsSnapshot } from "@tsq/core/api";
import type { Pace } from "./pace.ts";
import type { Picture, Totals } from "./picture.ts";
import { lastPage } from "./page.ts";
import type { Wanted } from "./page.ts";
import { readBusy } from "./read-busy.ts";
import { readHome } from "./read-home.ts";
import type { FindingsKept } from "./read-home.ts";
import { readJob } from "./read-job.ts";
import { readQueue, readSet } from "./read-jobs.ts";
import { readMetrics } from "./read-metrics.ts";
import { readQueues } from "./read-queues.ts";
import { pictureKey } from "./state.ts";
import type { ListState } from "./state.ts";
import { setOf, TITLES } from "./tabs.ts";
import type { Place } from "./tabs.ts";

/** What is kept from one reading to the next. */
export interface Kept {
  readonly pace: Pace;
  readonly findings: FindingsKept;
}

export interface Read {
  readonly picture: Picture;
  readonly totals: Totals;
}

/** @param rows how many the screen has room for */
export const readPlace = async (
  api: ApiConnection,
  kept: Kept,
  place: Place,
  { filter, from, starts }: ListState,
  rows: number,
): Promise<Read> => {
  const stats = await new Stats(api).fetch();
  const nowMs = Date.now();
  const { processed, failed } = stats;
  kept.pace.add({ atMs: nowMs, processed, failed });
  const after = starts.at(-1)?.after;
  const wanted: Wanted = { api, rows, from, after, filter, stats, nowMs };
  return { picture: await pictureThatIs(place, wanted, kept), totals: totalsOf(stats) };
};

/** Of a list that has become shorter than where one was in it the last page. */
const pictureThatIs = async (place: Place, wanted: Wanted, kept: Kept): Promise<Picture> => {
  const picture = await pictureOf(place, wanted, kept);
  if (picture.rows.length > 0 || picture.from === 0) return picture;
  const from = lastPage(picture.total, picture.page ?? wanted.rows);
  return pictureOf(place, { ...wanted, from }, kept);
};

const pictureOf = (place: Place, wanted: Wanted, kept: Kept): Promise<Picture> => {
  const of = pictureKey(place);
  const { tab, queue, job } = place;
  if (job) return readJob(wanted.api, of, job, wanted.nowMs);
  if (queue !== undefined) return readQueue(queue, of, wanted);
  const set = setOf(tab);
  if (set) return readSet(set, of, TITLES[tab], wanted);
  if (tab === "busy") return readBusy(of, wanted);
  if (tab === "queues") return readQueues(of, wanted, kept.findings.goals);
  if (tab === "metrics") return readMetrics(of, wanted);
  return readHome(of, wanted, kept.pace, kept.findings);
};

const totalsOf = ({
  processed,
  failed,
  workers,
  enqueued,
  retries,
  scheduled,
  dead,
}: StatsSnapshot): Totals => ({
  processed,
  failed,
  busy: workers,
  enqueued,
  retries,
  scheduled,
  dead,
});
