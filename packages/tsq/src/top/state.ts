/** All that the screen shows, as a value: keys and readings make a new one of it, and a frame is drawn of it alone. */
import type { Picture, Row, Totals } from "./picture.ts";
import { listKey } from "./tabs.ts";
import type { Place } from "./tabs.ts";

/** Where a page of a filter begins. */
export interface Start {
  /** A cursor; undefined at the beginning of the list. */
  readonly after: string | undefined;
  /** How many were looked at before it. */
  readonly before: number;
}

export const BEGINNING: readonly Start[] = [{ after: undefined, before: 0 }];

/** Where one is in a list. */
export interface ListState {
  /** The row that one is on, by its place on the page. */
  readonly row: number;
  /** How many are before the page. */
  readonly from: number;
  /** With a filter: where the pages before this one began, and where this one does. */
  readonly starts: readonly Start[];
  readonly filter: string;
  /** Rows that are ticked, by their keys, on whatever page; or all that the filter means. */
  readonly ticks: ReadonlyMap<string, Row> | "all";
}

/** What stands before the list, and gets the keys. */
export type Dialog =
  | { readonly kind: "help"; readonly top: number }
  | { readonly kind: "filter"; readonly text: string; readonly problem: string }
  | {
      readonly kind: "question";
      readonly question: string;
      readonly about: readonly string[];
      readonly typed: string | undefined;
      readonly text: string;
    }
  /** What has ended otherwise than it should: it stays until somebody has read it. */
  | { readonly kind: "told"; readonly text: string }
  /** What cannot be asked about yet, or goes on. */
  | {
      readonly kind: "work";
      readonly label: string;
      readonly done: number;
      readonly total: number;
      readonly isStopping: boolean;
    };

export interface TopState {
  readonly place: Place;
  readonly lists: ReadonlyMap<string, ListState>;
  readonly picture: Picture | undefined;
  readonly totals: Totals | undefined;
  /** Of the job that is opened: how many of its lines are above the screen. */
  readonly scroll: number;
  readonly dialog: Dialog | undefined;
  /** What was done, until the next key. */
  readonly said: string;
  /** Whether what is said is why something was not done. */
  readonly isWrong: boolean;
  /** Why nothing could be read the last time; empty when it could. */
  readonly trouble: string;
  /** When Redis was last read, in epoch ms. */
  readonly readAtMs: number | undefined;
  /** Text that is being pasted: keys of it are no commands. */
  readonly isPasting: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const FIRST: ListState = { row: 0, from: 0, starts: BEGINNING, filter: "", ticks: new Map() };

export const firstState = (place: Place = { tab: "home" }): TopState => ({
  place,
  lists: new Map(),
  picture: undefined,
  totals: undefined,
  scroll: 0,
  dialog: undefined,
  said: "",
  isWrong: false,
  trouble: "",
  readAtMs: undefined,
  isPasting: false,
});

export const listOf = ({ lists, place }: TopState): ListState => lists.get(listKey(place)) ?? FIRST;

export const withList = (state: TopState, changed: Partial<ListState>): TopState => ({
  ...state,
  lists: new Map(state.lists).set(listKey(state.place), { ...listOf(state), ...changed }),
});

/** The picture of where one is; undefined until it has been read. */
export const pictureOf = ({ picture, place }: TopState): Picture | undefined =>
  picture?.of === pictureKey(place) ? picture : undefined;

/** A job has a picture of its own. */
export const pictureKey = (place: Place): string => (place.job ? `${listKey(place)} job` : listKey(place));

/** Of a job that is opened it is the job. */
export const rowOf = (state: TopState): Row | undefined =>
  pictureOf(state)?.rows[state.place.job ? 0 : listOf(state).row];

/** Where the page behind this one begins; undefined where there is none. */
export const startBehind = (state: TopState): Start | undefined => {
  const { next, looked = 0 } = pictureOf(state) ?? {};
  if (next === undefined) return undefined;
  return { after: next, before: (listOf(state).starts.at(-1)?.before ?? 0) + looked };
};

/** What was read takes the place of what was there; one stays on the row that one is on. */
export const withPicture = (state: TopState, picture: Picture, totals: Totals, nowMs: number): TopState => {
  const read = { ...state, totals, trouble: "", readAtMs: nowMs };
  // One has gone on meanwhile.
  if (picture.of !== pictureKey(state.place)) return read;
  const key = rowOf(state)?.key;
  const next = { ...read, picture };
  if (state.place.job) return next;
  const same = key === undefined ? -1 : picture.rows.findIndex((row) => row.key === key);
  const row = same >= 0 ? same : Math.max(0, Math.min(listOf(state).row, picture.rows.length - 1));
  // A page that is not there any more was read as the last one that is.
  return withList(next, { row, from: picture.from, ticks: renewed(listOf(state).ticks, picture.rows) });
};

/** What is ticked is meant as one sees it now. */
const renewed = (ticks: ListState["ticks"], rows: readonly Row[]): ListState["ticks"] => {
  if (ticks === "all" || ticks.size === 0) return ticks;
  const now = new Map(rows.map((row) => [row.key, row]));
  return new Map([...ticks].map(([key, row]) => [key, now.get(key) ?? row]));
};
