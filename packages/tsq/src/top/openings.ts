/** Going from one place to another. */
import { Filter } from "@tsq/core/api";
import type { Turn } from "./effect.ts";
import { READ, turn } from "./effect.ts";
import type { Row } from "./picture.ts";
import type { TopState } from "./state.ts";
import { BEGINNING, withList } from "./state.ts";
import type { Place, TabName } from "./tabs.ts";

export const openTab = (state: TopState, tab: TabName): Turn => openPlace(state, { tab });

const openPlace = (state: TopState, place: Place, filter?: string): Turn => {
  const there = { ...state, place, scroll: 0 };
  if (filter === undefined) return turn(there, READ);
  return turn(filtered(there, filter), READ);
};

/** From its beginning, with nothing ticked: ticks that one does not see any more are not meant. */
export const filtered = (state: TopState, filter: string): TopState => ({
  ...withList(state, { filter, row: 0, from: 0, starts: BEGINNING, ticks: new Map() }),
  picture: undefined,
});

/** What Enter does. */
export const openRow = (state: TopState, { target }: Row): Turn => {
  if (target.kind === "job") return openPlace(state, { ...state.place, job: target.at });
  if (target.kind === "queue") return openPlace(state, { tab: "queues", queue: target.name });
  if (target.kind === "class")
    return openPlace(state, { tab: "retries" }, Filter.of([{ kind: "class", value: target.name }]).text);
  if (target.kind === "process") return turn({ ...state, said: "Q lets it take no more jobs, T stops it." });
  const { leadsTo } = target;
  if (!leadsTo) return turn({ ...state, said: "It is about the server itself: no list shows it." });
  const { tab, queue, filter } = leadsTo;
  // What was looked for there before may hide what the finding is about.
  return openPlace(state, { tab, ...(queue !== undefined && { queue }) }, filter ?? "");
};
