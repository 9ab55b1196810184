/** Pieces that several pages have. */
import type { Tone } from "../charts/svg.ts";
import { spark } from "../charts/spark.ts";
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html, Value } from "../html/html.ts";
import { prettyJson, shortArgs } from "../html/json-text.ts";
import { path } from "../html/path.ts";
import type { WordKey } from "../words/words.ts";
import type { Frame } from "./frame.ts";
import { icon } from "./icons.ts";
import type { IconName } from "./icons.ts";
import { className, name, soft } from "./names.ts";

// Three lines of a column on a small screen, one of a large one.
const SHORT_ARGS = 240;
const LONGEST_MESSAGE = 300;
// Ten months: the day of a month means one day alone.
const NEAR_MS = 300 * 86_400_000;

/** A job in a row of a list. */
export interface JobView {
  /** Its own page; undefined where it has none. */
  readonly href?: string | undefined;
  readonly jid: string | undefined;
  /** Its class as it is shown; undefined when it is no job. */
  readonly class: string | undefined;
  /** As they are shown: of the job inside a wrapper, and masked. */
  readonly args: readonly unknown[];
  readonly queue: string | undefined;
  readonly tags: readonly string[];
  /** Why it may not be looked at: then it has neither page, class, arguments nor tags here. */
  readonly hidden?: string | undefined;
}

/** What a job failed with. */
export interface ErrorView {
  readonly class: string;
  readonly message: string;
}

/** A state is a colour, a shape and a word. */
export const state = (tone: Tone, shape: IconName, word: Value): Html =>
  html`<span class="state s-${tone}">${icon(shape)} ${word}</span>`;

/** The class with its arguments below: one line of them, the rest on request. */
export const jobCell = (frame: Frame, job: JobView): Html => {
  if (job.hidden !== undefined) return hiddenMark(frame, job.hidden);
  const shown = job.class === undefined ? frame.words.say("job.malformed") : className(job.class);
  const link =
    job.href === undefined ? html`<b>${shown}</b>` : html`<a href="${frame.to(job.href)}">${shown}</a>`;
  return html`${link}${argsOf(job)}`;
};

/** In the place of what may not be looked at: that there is something, and why it is not shown. */
export const hiddenMark = ({ words }: Frame, why: string): Html =>
  html`<span class="dim" title="${why}">${words.say("job.hidden")}<span class="vh">: ${why}</span></span>`;

const argsOf = ({ args }: JobView): Html => {
  if (args.length === 0) return NOTHING;
  return html`<details class="args"><summary>${shortArgs(args, SHORT_ARGS)}</summary><pre class="json">${prettyJson(args)}</pre></details>`;
};

/** A moment by its distance, and by the clock: what is far away by its year as well. */
export const when = ({ words, nowMs }: Frame, at: Date): Html =>
  html`${words.time(at, nowMs)}<br><small class="abs">${clockOf(at, nowMs, words)}</small>`;

// As long as a distance is called "now", somebody may be about to take it.
const OVERDUE_MS = 5_000;

/** Whether what was to happen at a moment has had its time. */
export const isOverdue = (at: Date, nowMs: number): boolean => nowMs - at.getTime() >= OVERDUE_MS;

/** A moment at which something is due; of one that is past, that it was. */
export const dueTime = ({ words, nowMs }: Frame, at: Date): Html => {
  const time = words.time(at, nowMs);
  return isOverdue(at, nowMs) ? words.say("time.was_due", { time }) : time;
};

/** The same with the clock. */
export const whenDue = (frame: Frame, at: Date): Html =>
  html`${dueTime(frame, at)}<br><small class="abs">${clockOf(at, frame.nowMs, frame.words)}</small>`;

/** By the clock alone. */
export const clockOf = (at: Date, nowMs: number, words: Frame["words"]): string => {
  const ms = at.getTime();
  const isNear = Math.abs(ms - nowMs) < NEAR_MS;
  return isNear ? `${words.moment(ms, Infinity)} ${words.zone.mark(ms)}` : words.minute(at);
};

/** Where a job belongs, and its labels. */
export const queueAndTags = (frame: Frame, { queue, tags }: JobView): Html =>
  html`${queue !== undefined && queueLink(frame, queue)}${tags.map((tag) => html` <span class="tag">${name(tag)}</span>`)}`;

/** The link to a queue. */
export const queueLink = (frame: Frame, queue: string): Html =>
  html`<a href="${frame.to(path`/queues/${queue}`)}">${name(queue)}</a>`;

/** The class of an error and the beginning of its message. */
export const errorCell = ({ class: of, message }: ErrorView): Html =>
  html`<b><bdi>${soft(of)}</bdi></b><span class="m">${cut(message, LONGEST_MESSAGE)}</span>`;

/** A choice among pages: words and their paths, and which is on. */
export const choice = (
  frame: Frame,
  label: Html,
  items: readonly (readonly [word: Html, path: string, isOn: boolean])[],
): Html =>
  html`<nav class="seg" aria-label="${label}">${items.map(([word, to, isOn]) => html`<a href="${frame.to(to)}"${isOn && html` aria-current="true"`}>${word}</a>`)}</nav>`;

/** Instead of a list: why there is nothing, and what that means. */
export const empty = (tone: Tone, shape: IconName, title: Html, text: Html, more: Html = NOTHING): Html =>
  html`<section class="panel"><div class="empty s-${tone}">${icon(shape)}<h2>${title}</h2><p>${text}</p>${more}</div></section>`;

/** Instead of a list that is there, of which whoever looks may look at nothing: that, and no more, may be said of it. */
export const allHidden = (frame: Frame, title: Html): Html =>
  empty("idle", "err", title, hiddenMark(frame, frame.words.text("refuse.rule")));

/** A figure with what it is measured against, and its trend. */
export interface Vital {
  readonly name: Html;
  readonly value: Html | string;
  readonly sub?: Value;
  readonly isBad?: boolean | undefined;
  readonly trend?: readonly number[] | undefined;
}

/** The vital signs in a row. */
export const vitals = (id: string, list: readonly Vital[]): Html =>
  html`<dl class="vitals" id="${id}" data-live>${list.map(
    ({ name: of, value, sub, isBad, trend }) =>
      html`<div><dt>${of}</dt><dd class="fig${isBad && " bad"}"><bdi>${value}</bdi></dd>${sub && html`<dd class="sub">${sub}</dd>`}${trend && trend.length > 1 && html`<dd>${spark(trend, isBad ? "dead" : "run", of)}</dd>`}</div>`,
  )}</dl>`;

/** What the page cannot do for this user, said once. */
export const roleNote = ({ user, isReadOnly, words }: Frame): Html => {
  if (!isReadOnly && user?.role !== "viewer") return NOTHING;
  const key: WordKey = isReadOnly ? "role.read_only_note" : "role.viewer_note";
  return html`<p class="flash s-run">${icon("user")}<span>${words.say(key)}</span></p>`;
};
