/** A jid that is nowhere: what was looked at, and what that can mean. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { path } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { name } from "../layout/names.ts";
import type { WordKey } from "../words/words.ts";

/** What is known of it. */
export interface JobGoneView {
  readonly jid: string;
  /** How many jobs on queues were looked at. */
  readonly looked: number;
  /** Whether all of them were. */
  readonly isComplete: boolean;
  /** Whether one may look on. */
  readonly canLookOn: boolean;
}

const REASONS: readonly (readonly [title: WordKey, why: WordKey])[] = [
  ["gone.done", "gone.done_why"],
  ["gone.deleted", "gone.deleted_why"],
  ["gone.expired", "gone.expired_why"],
  ["gone.elsewhere", "gone.elsewhere_why"],
];

/** Answered with 404. */
export const jobGonePage = (view: JobGoneView, frame: Frame): Page => {
  const { words, server = "Redis" } = frame;
  const { jid, looked, isComplete } = view;
  const heading = words.say(isComplete ? "gone.heading" : "gone.unsure", {
    jid: html`<code>${name(jid)}</code>`,
  });
  const lead = isComplete
    ? looked === 0
      ? words.say("gone.looked_none")
      : words.say("gone.looked", { count: looked })
    : words.say("gone.looked_part", { n: looked });
  const more = !isComplete && view.canLookOn ? lookOn(jid, frame) : NOTHING;
  return {
    title: words.say("gone.title"),
    heading,
    lead,
    isLive: false,
    body: html`${more}<section class="panel"><header><h2>${words.say("gone.means")}</h2></header><dl class="facts pad">${REASONS.map(([title, why]) => html`<dt>${words.say(title)}</dt><dd>${words.say(why, { server: html`<code>${name(server)}</code>` })}</dd>`)}</dl></section>`,
  };
};

/** The way to look through all queues for it. */
export const lookOn = (jid: string, { words, to }: Frame): Html =>
  html`<p class="acts"><a class="btn main" href="${to(path`/jobs/${jid}?all=1`)}">${icon("find")} ${words.say("gone.look_on")}</a></p>`;
