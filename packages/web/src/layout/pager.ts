/** The end of a list: how much of it one sees, and the way to the rest. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { WordKey } from "../words/words.ts";
import type { Frame } from "./frame.ts";

/** Where a page is in its list. Paths are undefined where there is no more. */
export interface Paging {
  /** Of the first row, from 1; undefined where only its distance from a cursor is known. */
  readonly from?: number | undefined;
  readonly shown: number;
  readonly total: number;
  /** How many were looked at for it, where not all of them belong to it. */
  readonly looked?: number | undefined;
  /** Whether it ends there though more may belong to it. */
  readonly isCut?: boolean | undefined;
  readonly previous?: string | undefined;
  readonly next?: string | undefined;
  /** The beginning, where nothing leads back page by page. */
  readonly first?: string | undefined;
}

export const pager = (frame: Frame, paging: Paging): Html => {
  const { previous, next, first, looked } = paging;
  const onward = looked === undefined ? "table.next" : "narrow.read_on";
  return html`<div class="pager"><span>${saidOf(paging, frame)}</span>${link(frame, first, "narrow.first", "first")}${link(frame, previous, "table.previous", "prev")}${link(frame, next, onward, "next")}</div>`;
};

const saidOf = ({ from, shown, total, looked, isCut }: Paging, { words }: Frame): Html => {
  if (isCut) return words.say("set.cut_off", { n: shown });
  if (looked !== undefined) return words.say("narrow.looked", { count: looked, total });
  if (from === undefined) return words.say("table.shown", { n: shown, total });
  return words.say("table.page", { from, to: from + shown - 1, total });
};

const link = ({ words, to }: Frame, path: string | undefined, word: WordKey, rel: string): Html =>
  path === undefined
    ? NOTHING
    : html`<a class="btn s" href="${to(path)}" rel="${rel}">${words.say(word)}</a>`;
