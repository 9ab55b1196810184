/** One entry of the cron schedule: when it fires, what it has pushed, and what was missed. */
import { html, name, prettyJson, roleNote } from "@tsq/web";
import type { Frame, Html, Page } from "@tsq/web";
import type { CronPush } from "@tsq/cron";
import {
  barsOf,
  buttonsOf,
  classOf,
  deleteButton,
  missedNote,
  notesOf,
  scheduleOf,
  stateWord,
} from "./entry-parts.ts";
import { pastRuns } from "./entry-view.ts";
import type { EntryView } from "./entry-view.ts";
import type { Allowed } from "./schedule-door.ts";

const NEXT = 10;
const MOST_MISSED = 20;

export interface EntryPageView {
  readonly view: EntryView;
  /** The newest first. */
  readonly history: readonly CronPush[];
  /** As they may be shown. */
  readonly args: readonly unknown[];
  readonly may: Allowed;
}

/** `/cron/:name` */
export const entryPage = (page: EntryPageView, frame: Frame): Page => {
  const { view, history, may } = page;
  const { words, to } = frame;
  const { entry } = view;
  const notes = notesOf(view, frame);
  return {
    title: entry.name,
    crumb: html`<a href="${to("/cron")}">${words.say("nav.cron")}</a>`,
    heading: html`${name(entry.name)} ${stateWord(view, frame)}`,
    lead: html`${classOf(view)}`,
    aside: html`<div class="acts">${buttonsOf(view, may, frame)}${deleteButton(view, may, frame)}</div>`,
    here: "/cron",
    body: html`${roleNote(frame)}<div class="grid g-side"><div class="stack">${upcoming(view, frame)}${past(view, history, frame)}${misses(view, frame)}</div><div class="stack">${facts(page, frame)}${notes.length > 0 && html`<section class="panel pad" id="cron-notes" data-live>${notes.map((note) => html`<p>${note}</p>`)}</section>`}</div></div>`,
  };
};

const upcoming = (view: EntryView, { words, nowMs }: Frame): Html => {
  const { reading, next, entry } = view;
  const times = next && reading ? entry.next(NEXT, new Date(nowMs)) : [];
  // By the clocks that decide, and by those of whoever looks.
  const isElsewhere = reading?.expression.zoneName !== words.zone.name;
  const list =
    times.length > 0 &&
    html`<dl class="facts pad">${times.map((at) => html`<dt>${words.time(at, nowMs)}</dt><dd><bdi>${reading?.expression.clock(at)}</bdi>${isElsewhere && html`<br><small><bdi>${words.minute(at)}</bdi></small>`}</dd>`)}</dl>`;
  return html`<section class="panel" id="cron-next" data-live><header><h2>${words.say("cron.upcoming")}</h2></header><p class="pad">${scheduleOf(view)}</p>${list}</section>`;
};

const past = (view: EntryView, history: readonly CronPush[], frame: Frame): Html => {
  const { words, nowMs } = frame;
  const rows = history.map(
    ({ jid, at }) =>
      html`<dt>${at ? words.time(at, nowMs) : "?"}</dt><dd><code data-copy>${name(jid)}</code></dd>`,
  );
  return html`<section class="panel" id="cron-past" data-live><header><h2>${words.say("cron.history")}</h2>${barsOf(pastRuns(view, history), frame)}</header>${history.length > 0 ? html`<dl class="facts pad">${rows}</dl>` : html`<p class="pad dim">${words.say("cron.history_none")}</p>`}</section>`;
};

const misses = ({ missed }: EntryView, { words }: Frame): Html =>
  missed.length === 0
    ? html``
    : html`<section class="panel" id="cron-missed" data-live><header><h2>${words.say("cron.misses")}</h2><small>${words.number(missed.length)}</small></header><ul class="pad">${missed.slice(0, MOST_MISSED).map((one) => html`<li>${missedNote(one, words)}</li>`)}</ul></section>`;

const facts = ({ view, args }: EntryPageView, { words, to }: Frame): Html => {
  const { entry, reading } = view;
  const run = entry.lastRun;
  return html`<section class="panel"><header><h2>${words.say("job.facts")}</h2></header><dl class="facts pad"><dt>${words.say("facet.class")}</dt><dd><a href="${to(`/metrics/${encodeURIComponent(entry.class.toWellFormed())}`)}">${classOf(view)}</a></dd><dt>${words.say("job.arguments")}</dt><dd><pre class="json">${prettyJson(args)}</pre></dd><dt>${words.say("queues.queue")}</dt><dd>${name(entry.queue)}</dd>${reading && html`<dt>${words.say("cron.zone")}</dt><dd>${reading.expression.zoneName}</dd>`}${entry.namespace !== "" && html`<dt>${words.say("cron.namespace")}</dt><dd>${name(entry.namespace)}</dd>`}<dt>${words.say("cron.source")}</dt><dd>${words.say(`cron.source_${entry.source}`)}</dd><dt>${words.say("cron.catch_up")}</dt><dd><code>${entry.catchUp}</code></dd><dt>${words.say("cron.overlap")}</dt><dd><code>${entry.overlap}</code></dd>${run && html`<dt>${words.say("cron.last")}</dt><dd><code>${run.state}</code></dd>`}</dl></section>`;
};
