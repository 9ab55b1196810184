/** The page that each `…` leads to: what exactly will happen, to how many. The script opens its form in a dialog. */
import { asText, exact, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { LONGEST_REASON, REASON_FIELD } from "../audit/reason.ts";
import { postForm } from "../layout/action.ts";
import type { Fields } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";

/** What is asked. */
export interface ConfirmView {
  /** "Delete 1,300 dead jobs?" */
  readonly question: Html;
  /** What follows from it. */
  readonly text: Html;
  /** How many of what, before one says yes. */
  readonly counts?: readonly (readonly [what: Html, count: number])[] | undefined;
  /** Where to post it. */
  readonly path: string;
  readonly fields: Fields;
  /** On the button. */
  readonly verb: Html;
  /** Where one came from. */
  readonly back: string;
  /** What may be worse than it looks. */
  readonly warning?: Html | undefined;
  /** Further fields, and what else there is to say. */
  readonly more?: Html | undefined;
  /** To be typed, where a slip would cost much. */
  readonly typed?: string | undefined;
  /** Why, as it was typed before. */
  readonly reason?: string | undefined;
}

/** For the audit trail. */
export const reasonField = (reason: string | undefined, { words, needsReason }: Frame): Html =>
  html`<div class="field"><label for="reason">${words.say("confirm.why")} <small>${words.say(needsReason ? "confirm.why_needed" : "confirm.why_note")}</small></label><input id="reason" name="${REASON_FIELD}" maxlength="${LONGEST_REASON}"${reason && html` value="${exact(reason)}"`} autocomplete="off"${needsReason && html` required`}></div>`;

/** Asks. */
export const confirmPage = (view: ConfirmView, frame: Frame): Page => {
  const { words, to } = frame;
  const { question, text, counts = [], typed, warning, more } = view;
  const form = html`${counts.length > 0 && html`<dl>${counts.map(([what, count]) => html`<div class="pair"><dt>${what}</dt><dd class="num">${words.number(count)}</dd></div>`)}</dl>`}${warning && html`<p class="flash s-retry">${icon("err")}<span>${warning}</span></p>`}${more}${typed !== undefined && html`<div class="field"><label for="typed">${words.say("confirm.type", { text: typed })}</label><input id="typed" name="typed" pattern="${typed}" required autocomplete="off"></div>`}${reasonField(view.reason, frame)}<div class="acts"><a class="btn" href="${to(view.back)}" data-close>${words.say("verb.cancel")}</a><button class="btn main">${view.verb}</button></div>`;
  return {
    title: question,
    heading: question,
    lead: text,
    isLive: false,
    here: view.back,
    body: html`<section class="panel pad narrow" id="confirm" data-title="${asText(question)}" data-lead="${asText(text)}">${postForm(frame, view.path, view.fields, form)}</section>`,
  };
};
