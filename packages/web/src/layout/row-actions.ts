/** What can be done to one row of a list: small buttons below it, within the form that is around the list. */
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Action } from "../security/roles.ts";
import type { Frame } from "./frame.ts";

/** One of them: it acts at once, or leads to its question. */
export type RowAction = {
  readonly action: Action;
  readonly label: Html;
  /** What it does, in a word; the label may say also that it asks. */
  readonly verb: Html;
  readonly isBad?: boolean;
} & (
  | { readonly asks: string }
  /** Of a form that is around the list, whose ticked rows mean nothing there. */
  | { readonly posts: string; readonly field: string; readonly value?: string }
);

const LONGEST = 120;

/** @param name of the row, for who cannot see where a button stands */
export const rowActions = (frame: Frame, name: string, actions: readonly RowAction[]): Html => {
  // Why it may not be done stands above the list.
  const able = actions.filter(({ action }) => frame.may(action));
  if (able.length === 0) return NOTHING;
  return html`<div class="row-acts">${able.map((one) => button(frame, cut(name, LONGEST), one))}</div>`;
};

const button = ({ words, to }: Frame, name: string, one: RowAction): Html => {
  const look = `btn s q${one.isBad ? " bad" : ""}`;
  const said = words.say("verb.of", { verb: one.verb, name });
  return "asks" in one
    ? html`<a class="${look}" href="${to(one.asks)}" data-dialog aria-label="${said}">${one.label}</a>`
    : html`<button class="${look}" name="${one.field}" value="${one.value ?? "1"}" formaction="${to(one.posts)}" aria-label="${said}">${one.label}</button>`;
};
