/** One queue: its jobs, in the order in which they run. */
import type { QueueSummary, QueueWaits } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import type { BulkView } from "../bulk/bulk-work.ts";
import type { QueueTrend } from "../readings/queue-sizes.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path, withQuery } from "../html/path.ts";
import { ask, postForm, reason } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { choice, clockOf, empty, jobCell, queueAndTags, roleNote, vitals } from "../layout/parts.ts";
import type { JobView } from "../layout/parts.ts";
import { pager } from "../layout/pager.ts";
import type { Paging } from "../layout/pager.ts";
import { rowActions } from "../layout/row-actions.ts";
import type { RowAction } from "../layout/row-actions.ts";
import { rowName, table, tick, tickAll } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { iso } from "../words/words.ts";
import { workNews } from "./bulk-work.ts";
import { facetList, filterOf, isNarrowed, matchingOf, narrowForm } from "./narrow.ts";
import type { NarrowView } from "../request/list-query.ts";
import type { FacetsView } from "./narrow.ts";
import { faultMark, faultOf, listenersByQueue, listenersOf, pauseButton, waited } from "./queue-list.ts";
import { about, emptyWords, goalWords, paceWords } from "./queue-pace.ts";
import type { ProcessView } from "./processes.ts";

/** A job on the queue. */
export interface WaitingView extends JobView {
  /** What a form names it by. */
  readonly key: string;
  /** From 1, where the next to run is 1; undefined where that is not known. */
  readonly position: number | undefined;
  readonly enqueuedAt: Date | undefined;
  /** Whom and what it is for, where a client of Rails says so. */
  readonly context: readonly (readonly [name: string, value: string])[];
}

/** What the page is made of. */
export interface QueueView {
  readonly queue: QueueSummary;
  readonly processes: readonly ProcessView[];
  /** Of the last hour; undefined where no worker of tsq has begun a job of it. */
  readonly waits?: QueueWaits | undefined;
  readonly goals: Goals;
  /** Undefined as long as too little is known of how its size changes. */
  readonly trend?: QueueTrend | undefined;
  readonly jobs: readonly WaitingView[];
  readonly order: "asc" | "desc";
  readonly paging: Paging;
  readonly narrow: NarrowView;
  /** Undefined while they are being counted. */
  readonly facets: FacetsView | undefined;
  /** What is done to many of them, or was just now. */
  readonly works: readonly BulkView[];
}

/** `/queues/:name` */
export const queuePage = (view: QueueView, frame: Frame): Page => {
  const { queue, processes, goals } = view;
  const { words, to } = frame;
  const own = path`/queues/${queue.name}`;
  const fault = faultOf(queue, listenersByQueue(processes), goals);
  return {
    title: words.say("queue.title", { name: queue.name }),
    crumb: html`<a href="${to("/queues")}">${words.say("nav.queues")}</a>`,
    heading: html`${name(queue.name)} ${faultMark(frame, fault)}`,
    aside: html`<div class="acts">${pauseButton(frame, queue, "")}${ask(frame, "queue.clear", words.say("verb.clear"), `${own}/confirm?do=clear`)}</div>`,
    here: "/queues",
    body: html`${roleNote(frame)}${workNews(view.works, frame)}${signs(view, fault === "late", frame)}${queue.size > 0 ? narrowed(view, frame, own) : nothing(view, frame)}`,
  };
};

const signs = (view: QueueView, isLate: boolean, frame: Frame): Html => {
  const { queue, processes, waits, goals, trend } = view;
  const { words } = frame;
  const listeners = listenersOf(queue.name, processes);
  const slots = listeners.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return vitals("vitals", [
    {
      name: words.say("queues.waiting"),
      value: words.number(queue.size),
      sub: trend && changeWords(trend, frame),
      isBad: isLate,
      trend: trend?.sizes,
    },
    {
      name: words.say("queues.oldest"),
      value: queue.size > 0 ? words.span(queue.latency * 1_000) : "–",
      sub: html`${words.say("queues.goal")} · ${goalWords(frame, queue, goals)}`,
      isBad: isLate,
    },
    ...(trend
      ? [{ name: words.say("queues.trend"), value: paceWords(frame, trend), sub: emptyWords(frame, trend) }]
      : []),
    ...(waits ? [{ name: words.say("queues.waited"), value: waited(frame, waits) }] : []),
    {
      name: words.say("queue.listeners"),
      value: words.number(listeners.length),
      sub: words.say("queue.slots", { count: slots }),
      isBad: listeners.length === 0 && queue.size > 0,
    },
  ]);
};

/** `+412 in the last 10 min`. */
const changeWords = ({ change, spanMs }: QueueTrend, { words }: Frame): Html =>
  words.say("queue.change", { n: words.signed(change), span: words.span(about(spanMs)) });

const narrowed = (view: QueueView, frame: Frame, own: string): Html =>
  html`${narrowForm(view.narrow, frame)}${matching(view, frame)}<div class="grid g-facets">${facetList(view.facets, "run", frame)}<div class="stack">${view.jobs.length > 0 ? jobList(view, frame, own) : noneHere(view, frame)}</div></div>`;

/** All of the queue, or all that its filter means; absent for a text that is looked for anywhere. */
const allButtons = ({ queue, narrow, facets }: QueueView, frame: Frame, own: string): Html => {
  const q = filterOf(narrow);
  if (q === undefined) return NOTHING;
  const { words } = frame;
  const at = (verb: string) => withQuery(`${own}/all/${verb}`, { q: q || undefined });
  const many = q === "" ? words.say("verb.all", { n: queue.size }) : matchingOf(facets, words);
  // To delete all of the queue is what its own button does, above.
  return html`<div class="all"><span class="dim">${many}</span>${ask(frame, "queue.move", words.say("bulk.move_ask"), at("move"), { look: "s" })}${ask(frame, "queue.kill", words.say("verb.kill_all"), at("kill"), { look: "s bad" })}${q !== "" && ask(frame, "queue.clear", words.say("verb.delete_all"), at("delete"), { look: "s bad" })}</div>`;
};

/** How many the filter means, as far as was counted. */
const matching = ({ narrow, facets }: QueueView, { words }: Frame): Html => {
  if (!isNarrowed(narrow) || !facets) return NOTHING;
  const { count, looked, total } = facets;
  const said =
    looked < total
      ? words.say("narrow.matching_of", { count, looked })
      : words.say("narrow.matching", { count });
  return html`<h2 id="matching" data-live>${said}</h2>`;
};

const noneHere = ({ paging }: QueueView, frame: Frame): Html => {
  const none = frame.words.say(paging.next === undefined ? "set.none_here" : "narrow.none_so_far");
  return html`<section class="panel" id="waiting" data-live><p class="pad dim">${none}</p>${pager(frame, paging)}</section>`;
};

const jobList = (view: QueueView, frame: Frame, own: string): Html => {
  const { words, may } = frame;
  const { jobs, order, paging } = view;
  const canTick = (["job.move", "job.kill", "job.delete"] as const).some(may);
  const ticks: Column<WaitingView> = {
    head: tickAll(words.say("table.all")),
    kind: "tick",
    cell: ({ key, class: of, hidden }) =>
      hidden === undefined && tick(key, words.say("table.select", { name: rowName(of, key) })),
  };
  const columns: Column<WaitingView>[] = [
    // Where nothing can be done to what is ticked, nothing can be ticked.
    ...(canTick ? [ticks] : []),
    {
      head: words.say("queue.position"),
      kind: "num fit",
      cell: ({ position }) => position !== undefined && words.number(position),
    },
    {
      head: words.say("job.job"),
      kind: "wide full",
      cell: (job) =>
        html`${jobCell(frame, job)}${job.hidden === undefined && rowActions(frame, `${job.class ?? "?"} ${job.key}`, rowDeeds(job, frame, own))}`,
    },
    // A column that is empty in each row is for nobody.
    ...(jobs.some(({ context }) => context.length > 0) ? [contextColumn(frame)] : []),
    {
      head: words.say("job.tags"),
      kind: "tags",
      cell: (job) => queueAndTags(frame, { ...job, queue: undefined }),
    },
    {
      head: words.say("queue.waits"),
      kind: "num",
      cell: ({ enqueuedAt }) => (enqueuedAt ? waits(frame, enqueuedAt) : "–"),
    },
  ];
  // A search goes from the newest to the oldest.
  const orders = isNarrowed(view.narrow)
    ? NOTHING
    : choice(frame, words.say("table.order"), [
        [words.say("queue.next_first"), withQuery(own, { direction: "asc" }), order === "asc"],
        [words.say("queue.newest_first"), own, order === "desc"],
      ]);
  const buttons = html`${may("job.move") && html`<button class="btn s" name="move" value="1" formaction="${frame.to(`${own}/move`)}" data-needs>${words.say("verb.move_ask")}</button>`}${may("job.kill") && html`<button class="btn s bad" name="kill" value="1" formaction="${frame.to(`${own}/kill`)}" data-needs>${words.say("verb.kill")}</button>`}${
    may("job.delete")
      ? html`<button class="btn s bad" name="delete" value="1" data-needs>${words.say("verb.delete")}</button>`
      : html`<small>${reason(frame, "job.delete")}</small>`
  }`;
  const leadsOn = [paging.previous, paging.next, paging.first].some((to) => to !== undefined);
  const above = html`<div class="over">${allButtons(view, frame, own)}${orders}${leadsOn && pager(frame, paging)}</div>`;
  const body = html`${above}<div class="tools">${canTick && html`<b data-selected>${words.say("client.none_ticked")}</b>`}${buttons}</div>${table(columns, jobs, ({ key }) => idOf("w", key))}${pager(frame, paging)}`;
  return html`<section class="panel" id="waiting" data-live data-list>${postForm(frame, `${own}/delete`, {}, body)}</section>`;
};

const MOST_FACTS = 4;

const contextColumn = ({ words }: Frame): Column<WaitingView> => ({
  head: words.say("job.context"),
  kind: "tags",
  cell: ({ context }) => {
    const others = context.slice(MOST_FACTS);
    const facts = context
      .slice(0, MOST_FACTS)
      .map(([key, value]) => html` <span class="tag">${name(key)} ${name(value)}</span>`);
    return html`${facts}${others.length > 0 && html` <span class="dim">+${words.number(others.length)}</span>`}`;
  },
});

const rowDeeds = ({ key }: WaitingView, { words }: Frame, own: string): readonly RowAction[] =>
  (["kill", "delete"] as const).map((verb) => ({
    action: `job.${verb}`,
    label: words.say(`verb.${verb}_ask`),
    verb: words.say(`verb.${verb}`),
    asks: withQuery(`${own}/${verb}`, { key }),
    isBad: true,
  }));

/** For how long by now, and since when. */
const waits = (frame: Frame, since: Date): Html => {
  const { words, nowMs } = frame;
  const span = words.span(Math.max(0, nowMs - since.getTime()));
  return html`<time datetime="${iso(since.getTime())}" title="${words.stamp(since)}">${span}</time><br><small class="abs">${clockOf(since, nowMs, words)}</small>`;
};

const nothing = ({ queue, processes }: QueueView, { words }: Frame): Html => {
  const listeners = listenersOf(queue.name, processes).length;
  if (listeners === 0)
    return empty("idle", "plug", words.say("queue.empty"), words.say("queue.empty_nobody"));
  return empty("ok", "ok", words.say("queue.empty"), words.say("queue.empty_why", { count: listeners }));
};
