/** The end of a list: how much of it one sees, and the way to the rest. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "./frame.ts";

/** Where a page is in its list. Paths are undefined where there is no more. */
export interface Paging {
  /** Of the first row, from 1; undefined where only its distance from a cursor is known. */
  readonly from?: number | undefined;
  readonly shown: number;
  readonly total: number;
  readonly previous?: string | undefined;
  readonly next?: string | undefined;
}

export const pager = ({ words, to }: Frame, { from, shown, total, previous, next }: Paging): Html => {
  const said =
    from === undefined
      ? words.say("table.shown", { n: shown, total })
      : words.say("table.page", { from, to: from + shown - 1, total });
  return html`<div class="pager"><span>${said}</span>${previous !== undefined && html`<a class="btn s" href="${to(previous)}" rel="prev">${words.say("table.previous")}</a>`}${next !== undefined && html`<a class="btn s" href="${to(next)}" rel="next">${words.say("table.next")}</a>`}</div>`;
};
