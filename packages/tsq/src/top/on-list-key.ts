/** The keys of a list: rows, pages, ticks, the filter, and what is done to rows. */
import { verbsOf, verbsOfJobs } from "./bindings.ts";
import type { Turn } from "./effect.ts";
import { READ, turn } from "./effect.ts";
import { lastPage } from "./page.ts";
import { filtered, openRow, openTab } from "./openings.ts";
import type { Row } from "./picture.ts";
import type { TopState } from "./state.ts";
import { BEGINNING, listOf, pictureOf, rowOf, startBehind, withList } from "./state.ts";
import { setOf } from "./tabs.ts";

export const onListKey = (state: TopState, key: string, room: number): Turn => {
  const page = pictureOf(state)?.page ?? room;
  return onKeyOfList(state, key, page);
};

const onKeyOfList = (state: TopState, key: string, room: number): Turn => {
  switch (key) {
    case "j":
    case "down":
      return onRow(state, 1, room);
    case "k":
    case "up":
      return onRow(state, -1, room);
    case "l":
    case "pagedown":
      return nextPage(state);
    case "h":
    case "pageup":
      return pageBefore(state, room, 0);
    case "g":
    case "home":
      return page(state, { from: 0, starts: BEGINNING, row: 0 });
    case "G":
    case "end":
      return toLastPage(state, room);
    case "enter":
      return opened(state);
    case "escape":
    case "backspace":
      return back(state);
    case "x":
    case " ":
      return tick(state, room);
    case "A":
      return tickAll(state);
    case "/":
      if (state.place.tab === "home") return turn({ ...state, said: "There is nothing to filter here." });
      return turn({ ...state, dialog: { kind: "filter", text: listOf(state).filter, problem: "" } });
    default:
      return onVerbKey(state, key);
  }
};

/** Beyond the end of a page it goes on in the next one. */
const onRow = (state: TopState, step: number, room: number): Turn => {
  const { row, from, starts } = listOf(state);
  const rows = pictureOf(state)?.rows.length ?? 0;
  const next = row + step;
  if (next >= rows) return hasMore(state) ? nextPage(state) : turn(state);
  if (next < 0) return from > 0 || starts.length > 1 ? pageBefore(state, room, room - 1) : turn(state);
  return turn(withList(state, { row: next }));
};

const hasMore = (state: TopState): boolean => {
  const picture = pictureOf(state);
  if (!picture) return false;
  return isSearch(state) ? picture.next !== undefined : picture.from + picture.rows.length < picture.total;
};

/** Filters of jobs go through a list piece by piece; of the others all is known at once. */
const isSearch = (state: TopState): boolean => {
  const { place } = state;
  return listOf(state).filter !== "" && (place.queue !== undefined || setOf(place.tab) !== undefined);
};

const nextPage = (state: TopState): Turn => {
  const picture = pictureOf(state);
  if (!picture || !hasMore(state)) return turn(state);
  const { from, starts } = listOf(state);
  const behind = startBehind(state);
  if (behind) return page(state, { starts: [...starts, behind], row: 0 });
  return page(state, { from: from + picture.rows.length, row: 0 });
};

const pageBefore = (state: TopState, room: number, row: number): Turn => {
  const { from, starts } = listOf(state);
  if (isSearch(state))
    return starts.length > 1 ? page(state, { starts: starts.slice(0, -1), row }) : turn(state);
  return from > 0 ? page(state, { from: Math.max(0, from - room), row }) : turn(state);
};

const toLastPage = (state: TopState, room: number): Turn => {
  const total = pictureOf(state)?.total ?? 0;
  if (isSearch(state))
    return turn({ ...state, said: "Where a filter ends is known when all was looked at: l goes on." });
  return page(state, { from: lastPage(total, room), row: room - 1 });
};

/** What is on the screen is of another page: no key may mean its rows. */
const page = (state: TopState, to: Parameters<typeof withList>[1]): Turn =>
  turn({ ...withList(state, to), picture: undefined }, READ);

const opened = (state: TopState): Turn => {
  const row = rowOf(state);
  return row ? openRow(state, row) : turn(state);
};

const back = (state: TopState): Turn => {
  const { ticks, filter } = listOf(state);
  if (ticks === "all" || ticks.size > 0) return turn(withList(state, { ticks: new Map() }));
  if (filter !== "") return turn(filtered(state, ""), READ);
  return state.place.queue === undefined ? turn(state) : openTab(state, "queues");
};

const tick = (state: TopState, room: number): Turn => {
  const row = rowOf(state);
  if (!row || !isTickable(row)) return turn(state);
  const { ticks } = listOf(state);
  // Of all but one a list of rows is needed, and most of them were never read: the row alone would be the opposite of it.
  if (ticks === "all")
    return turn({ ...state, said: "All are ticked, and none alone can be ticked off: Esc unticks." });
  const next = new Map(ticks);
  if (!next.delete(row.key)) next.set(row.key, row);
  return onRow(withList(state, { ticks: next }), 1, room);
};

const isTickable = ({ target }: Row): boolean => verbsOf(target).length > 0;

const tickAll = (state: TopState): Turn => {
  const rows = (pictureOf(state)?.rows ?? []).filter(isTickable);
  if (rows.length === 0) return turn(state);
  const { ticks } = listOf(state);
  if (ticks === "all") return turn(withList(state, { ticks: new Map() }));
  const next = new Map([...ticks, ...rows.map((row) => [row.key, row] as const)]);
  const isOnPage = next.size === ticks.size;
  const { place } = state;
  const canAll = place.queue !== undefined || setOf(place.tab) !== undefined;
  if (isOnPage) return turn(withList(state, { ticks: canAll ? "all" : new Map() }));
  return turn(withList(state, { ticks: next }));
};

const onVerbKey = (state: TopState, key: string): Turn => {
  const { ticks } = listOf(state);
  const row = rowOf(state);
  // What one has not seen one cannot mean.
  if (!pictureOf(state))
    return turn(key === "" ? state : { ...state, said: `Not read yet: press ${key} again.` });
  const nothing = turn(
    key === "" ? state : { ...state, said: `${key} does nothing here: ? lists the keys.` },
  );
  if (!row) {
    const place = state.place.queue === undefined ? setOf(state.place.tab) : "queue";
    const binding = place && verbsOfJobs(place).find((one) => one.key === key);
    return binding ? turn({ ...state, said: `There is no job to ${binding.short} here.` }) : nothing;
  }
  const ticked = state.place.job ? [] : ticks === "all" ? [row] : [...ticks.values()];
  const meant = ticked.length > 0 ? ticked : [row];
  const verb = meant.flatMap(({ target }) => verbsOf(target)).find((one) => one.key === key)?.verb;
  if (!verb && row.target?.kind === "process" && verbsOfJobs("running").some((one) => one.key === key))
    return turn({ ...state, said: `${key} is about a job: go to the row of one.` });
  if (!verb) return nothing;
  // Among processes and jobs that are ticked some cannot be meant.
  const rows = meant.filter(({ target }) => verbsOf(target).some((one) => one.verb === verb));
  return turn(state, { do: "ask", verb, rows: ticks === "all" && !state.place.job ? "all" : rows });
};
