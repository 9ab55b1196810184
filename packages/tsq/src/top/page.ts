/** What a reading is asked for: which rows of the list, and what is known already. */
import type { ApiConnection, StatsSnapshot } from "@tsq/core/api";

export interface Wanted {
  readonly api: ApiConnection;
  /** How many rows the screen has room for. */
  readonly rows: number;
  /** How many to leave out. */
  readonly from: number;
  /** With a filter: where the page begins. */
  readonly after: string | undefined;
  readonly filter: string;
  /** Read for the head already. */
  readonly stats: StatsSnapshot;
  readonly nowMs: number;
}

/** The part that is on the page, of a list that comes as a whole: of processes, queues and classes there are not that many. */
export const onPage = <T>(all: readonly T[], { from, rows }: Wanted): readonly T[] =>
  all.slice(from, from + rows);

/** How many are before the last page. */
export const lastPage = (total: number, rows: number): number =>
  Math.max(0, Math.floor((total - 1) / rows) * rows);

/** Whether a name has the text of the filter in it. */
export const hasText = (name: string, filter: string): boolean =>
  name.toLowerCase().includes(filter.trim().toLowerCase());
