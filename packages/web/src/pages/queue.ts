/** One queue: its jobs, in the order in which they run. */
import type { QueueSummary } from "@tsq/core/api";
import { shares, sharesLegend } from "../charts/share.ts";
import { CATEGORIES } from "../charts/svg.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path, withQuery } from "../html/path.ts";
import { ask, postForm, reason } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { className, name } from "../layout/names.ts";
import { choice, empty, jobCell, queueAndTags, roleNote, vitals } from "../layout/parts.ts";
import type { JobView } from "../layout/parts.ts";
import { pager } from "../layout/pager.ts";
import type { Paging } from "../layout/pager.ts";
import { table, tick, tickAll } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { listenersOf, pauseButton, queueState } from "./queue-list.ts";
import type { ProcessView } from "./processes.ts";

/** A job on the queue. */
export interface WaitingView extends JobView {
  /** What a form names it by. */
  readonly key: string;
  /** From 1, where the next to run is 1; undefined where that is not known. */
  readonly position: number | undefined;
  readonly enqueuedAt: Date | undefined;
}

/** What fills the queue, as far as was looked. */
export interface Filling {
  readonly classes: readonly { readonly value: string; readonly count: number }[];
  readonly looked: number;
}

/** What the page is made of. */
export interface QueueView {
  readonly queue: QueueSummary;
  readonly processes: readonly ProcessView[];
  readonly jobs: readonly WaitingView[];
  readonly order: "asc" | "desc";
  readonly paging: Paging;
  readonly filling?: Filling | undefined;
}

/** `/queues/:name` */
export const queuePage = (view: QueueView, frame: Frame): Page => {
  const { queue, processes, jobs } = view;
  const { words, to } = frame;
  const own = path`/queues/${queue.name}`;
  return {
    title: words.say("queue.title", { name: queue.name }),
    crumb: html`<a href="${to("/queues")}">${words.say("nav.queues")}</a>`,
    heading: html`${name(queue.name)} ${queueState(frame, queue, processes)}`,
    aside: html`<div class="acts">${pauseButton(frame, queue, "")}${ask(frame, "queue.clear", words.say("verb.clear"), `${own}/confirm?do=clear`)}</div>`,
    here: "/queues",
    body: html`${roleNote(frame)}${signs(view, frame)}${view.filling && fillingOf(frame, view.filling, queue)}${jobs.length > 0 ? jobList(view, frame, own) : nothing(view, frame)}`,
  };
};

const signs = ({ queue, processes }: QueueView, { words }: Frame): Html => {
  const listeners = listenersOf(queue.name, processes);
  const slots = listeners.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return vitals("vitals", [
    { name: words.say("queues.waiting"), value: words.number(queue.size) },
    { name: words.say("queues.oldest"), value: queue.size > 0 ? words.span(queue.latency * 1_000) : "–" },
    {
      name: words.say("queue.listeners"),
      value: words.number(listeners.length),
      sub: words.say("queue.slots", { count: slots }),
      isBad: listeners.length === 0 && queue.size > 0,
    },
  ]);
};

const fillingOf = ({ words }: Frame, { classes, looked }: Filling, { size }: QueueSummary): Html => {
  if (classes.length === 0) return NOTHING;
  const parts = classes.slice(0, CATEGORIES.length).map(({ value, count }, i) => ({
    name: className(value),
    value: count,
    tone: CATEGORIES[i] ?? ("idle" as const),
    said: words.number(count),
  }));
  return html`<section class="panel"><header><h2>${words.say("queue.filling")}</h2><small>${words.say("queue.newest_of", { n: looked, total: size })}</small></header><div class="pad">${shares(parts, words.say("queue.filling"))}${sharesLegend(parts)}</div></section>`;
};

const jobList = (view: QueueView, frame: Frame, own: string): Html => {
  const { words, nowMs, may } = frame;
  const { jobs, order, paging } = view;
  const columns: Column<WaitingView>[] = [
    {
      head: tickAll(words.say("table.all")),
      kind: "tick",
      cell: ({ key, class: of }) => tick(key, words.say("table.select", { name: `${of ?? "?"} ${key}` })),
    },
    {
      head: words.say("queue.position"),
      kind: "num fit",
      cell: ({ position }) => position !== undefined && words.number(position),
    },
    { head: words.say("job.job"), kind: "wide full", cell: (job) => jobCell(frame, job) },
    { head: words.say("job.tags"), cell: (job) => queueAndTags(frame, { ...job, queue: undefined }) },
    {
      head: words.say("queue.waits"),
      kind: "num",
      cell: ({ enqueuedAt }) => (enqueuedAt ? words.span(Math.max(0, nowMs - enqueuedAt.getTime())) : "–"),
    },
  ];
  const orders = choice(frame, words.say("table.order"), [
    [words.say("queue.next_first"), withQuery(own, { direction: "asc" }), order === "asc"],
    [words.say("queue.newest_first"), own, order === "desc"],
  ]);
  const buttons = may("job.delete")
    ? html`<button class="btn s bad" name="delete" value="1" data-needs>${words.say("verb.delete")}</button>`
    : html`<small>${reason(frame, "job.delete")}</small>`;
  const body = html`<div class="tools"><b data-selected>${words.say("client.none_ticked")}</b>${buttons}<div class="all">${orders}</div></div>${table(columns, jobs, ({ key }) => idOf("w", key))}${pager(frame, paging)}`;
  return html`<section class="panel" id="waiting" data-live data-list>${postForm(frame, `${own}/delete`, {}, body)}</section>`;
};

const nothing = ({ queue, processes }: QueueView, { words }: Frame): Html => {
  const listeners = listenersOf(queue.name, processes).length;
  return empty("ok", "ok", words.say("queue.empty"), words.say("queue.empty_why", { count: listeners }));
};
