/** How far something is that is done to many jobs, and what came of it. */
import type { BulkState, BulkView } from "../bulk/bulk-work.ts";
import { share } from "../charts/share.ts";
import type { Tone } from "../charts/svg.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path, withQuery } from "../html/path.ts";
import { act, ask } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { name } from "../layout/names.ts";
import { empty, hiddenMark } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";

const TONES: Readonly<Record<BulkState, Tone>> = {
  running: "run",
  waiting: "retry",
  ending: "wait",
  done: "ok",
  cancelled: "wait",
  failed: "dead",
  lost: "dead",
};
/** After how many seconds a browser without the script asks again, at least and at most. */
const SOONEST = 2;
const LATEST = 30;

/** Each time the focus begins at the top: who ends a long work by keyboard needs longer than that. */
const refreshOf = ({ order, startedAt }: BulkView, nowMs: number): number => {
  if (order.perSecond !== undefined) return LATEST;
  const age = (nowMs - startedAt.getTime()) / 1_000;
  return Math.round(Math.min(LATEST, Math.max(SOONEST, age / 2)));
};

const isOver = ({ endedAt }: BulkView): boolean => endedAt !== undefined;

/** Why some filters are not shown, by their texts. */
export type HiddenFilters = ReadonlyMap<string, string>;

const NONE: HiddenFilters = new Map();

const listOf = ({ order }: BulkView, hidden: HiddenFilters): string =>
  withQuery(order.list, { q: hidden.has(order.filter) ? undefined : order.filter || undefined });

/** Which jobs. */
const jobsOf = ({ order }: BulkView, hidden: HiddenFilters, frame: Frame): Html => {
  const why = hidden.get(order.filter);
  return why === undefined ? html`<bdi>${order.filter || order.list}</bdi>` : hiddenMark(frame, why);
};

/** In one sentence. */
const saidOf = (work: BulkView, { words }: Frame): Html => {
  const { verb, expected } = work.order;
  const { done } = work.report;
  if (isOver(work)) return words.say(`bulk.${verb}.done`, { count: done });
  return words.say(`bulk.${verb}.doing`, { done, count: Math.max(expected, done) });
};

/** Behind it, where something was left alone. */
const refusedOf = ({ refused, order }: BulkView, { words }: Frame): Html =>
  refused === 0 ? NOTHING : html` ${words.say("bulk.refused", { count: refused, name: name(order.by) })}`;

/** What nobody knows of it, in sentences. */
const unsureOf = ({ report, hasLostAnswer }: BulkView, { words }: Frame): readonly Html[] => [
  ...(report.unsure > 0 ? [words.say("bulk.unsure", { n: report.unsure })] : []),
  ...(hasLostAnswer ? [words.say("bulk.lost_answer")] : []),
];

/** `/bulk/:id` */
export const bulkWorkPage = (
  work: BulkView | undefined,
  frame: Frame,
  hidden: HiddenFilters = NONE,
): Page => {
  const { words, to } = frame;
  const crumb = html`<a href="${to("/bulk")}">${words.say("bulk.title")}</a>`;
  if (!work) {
    const title = words.say("bulk.unknown");
    return {
      title,
      heading: title,
      crumb,
      isLive: false,
      body: empty("idle", "idle", title, words.say("bulk.unknown_why")),
    };
  }
  const { order, report } = work;
  const said = saidOf(work, frame);
  const over = isOver(work);
  const isWhole = work.state === "done" && report.unsure === 0;
  const cancel = act(
    frame,
    order.action,
    words.say("bulk.end"),
    path`/bulk/${order.id}`,
    { cancel: "1" },
    { look: "bad" },
  );
  const back = html`<a class="btn" href="${to(listOf(work, hidden))}">${words.say("bulk.back")}</a>`;
  return {
    title: said,
    heading: said,
    lead: isWhole || work.state !== "done" ? words.say(`bulk.state.${work.state}`) : undefined,
    crumb,
    aside: html`<div class="acts">${back}${!over && cancel}${over && !isWhole && restOf(work, hidden, frame)}</div>`,
    here: order.list,
    isLive: !over,
    refreshSeconds: over ? undefined : refreshOf(work, frame.nowMs),
    body: html`<section class="panel pad narrow" id="work" data-live>${share(isWhole ? 1 : report.done / Math.max(1, order.expected), TONES[work.state])}${work.problem !== undefined && html`<p class="flash s-${TONES[work.state]}" role="alert">${icon("err")}<span lang="en" dir="ltr">${work.problem.slice(0, 500)}</span></p>`}${unsureOf(work, frame).map((unsure) => html`<p class="flash s-retry">${icon("err")}<span>${unsure}</span></p>`)}${factsOf(work, hidden, frame)}</section>`,
  };
};

/** The same question again, for what is left by now. */
const restOf = ({ order }: BulkView, hidden: HiddenFilters, frame: Frame): Html =>
  hidden.has(order.filter)
    ? NOTHING
    : ask(
        frame,
        order.action,
        frame.words.say("bulk.rest"),
        withQuery(`${order.list}/all/${order.verb}`, { q: order.filter || undefined }),
        { look: "main" },
      );

const factsOf = (work: BulkView, hidden: HiddenFilters, frame: Frame): Html => {
  const { words, nowMs, to } = frame;
  const { order, report, startedAt, endedAt } = work;
  const { refused } = work;
  const rows: (readonly [Html, Html | string])[] = [
    [words.say("bulk.jobs"), html`<a href="${to(listOf(work, hidden))}">${jobsOf(work, hidden, frame)}</a>`],
    [
      words.say("bulk.fact_done"),
      words.say("vital.of", { n: report.done, of: Math.max(order.expected, report.done) }),
    ],
    [words.say("bulk.fact_gone"), words.number(report.gone)],
    [words.say("bulk.fact_skipped"), words.number(Math.max(0, report.skipped - refused))],
    ...(refused > 0 ? [[words.say("bulk.fact_refused"), words.number(refused)] as const] : []),
    ...(report.unsure > 0 ? [[words.say("bulk.fact_unsure"), words.number(report.unsure)] as const] : []),
    [words.say("bulk.fact_looked"), words.number(report.looked)],
    [words.say("bulk.by"), name(order.by)],
    [words.say("bulk.started"), words.time(startedAt, nowMs)],
  ];
  if (endedAt) rows.push([words.say("bulk.ended"), words.time(endedAt, nowMs)]);
  const { queue, at } = order.target;
  if (queue !== undefined) rows.push([words.say("bulk.to"), name(queue)]);
  if (at !== undefined) rows.push([words.say("target.when"), words.time(at, nowMs)]);
  if (order.perSecond !== undefined) {
    const n = Math.max(1, Math.round(order.perSecond * 60));
    rows.push([words.say("bulk.pace"), words.say("vital.per_minute", { n })]);
  }
  if (work.process !== undefined) rows.push([words.say("bulk.process"), name(work.process)]);
  if (order.reason !== "" && !hidden.has(order.filter))
    rows.push([words.say("bulk.reason"), html`<bdi>${order.reason}</bdi>`]);
  return html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}</dl>`;
};

/** `/bulk` */
export const bulkWorksPage = (
  works: readonly BulkView[],
  frame: Frame,
  hidden: HiddenFilters = NONE,
): Page => {
  const { words, to, nowMs } = frame;
  const title = words.say("bulk.title");
  if (works.length === 0) {
    const body = empty("idle", "idle", words.say("bulk.none"), words.say("bulk.unknown_why"));
    return { title, heading: words.say("bulk.none"), body };
  }
  const columns: Column<BulkView>[] = [
    {
      head: title,
      kind: "full",
      cell: (work) => html`<a href="${to(path`/bulk/${work.order.id}`)}">${saidOf(work, frame)}</a>`,
    },
    { head: words.say("bulk.jobs"), cell: (work) => jobsOf(work, hidden, frame) },
    { head: words.say("bulk.by"), cell: ({ order }) => name(order.by) },
    { head: words.say("bulk.started"), kind: "num", cell: ({ startedAt }) => words.time(startedAt, nowMs) },
  ];
  const list = table(columns, works, ({ order }) => idOf("b", order.id));
  return {
    title,
    heading: title,
    lead: words.say("bulk.lead"),
    body: html`<section class="panel" id="works" data-live>${list}</section>`,
  };
};

const TROUBLES = ["failed", "waiting", "lost"] as const;
const isTrouble = (state: BulkState): state is (typeof TROUBLES)[number] =>
  TROUBLES.some((one) => one === state);

/** On the page of the list that it is done to, while it goes on and shortly after. */
export const workNews = (works: readonly BulkView[], frame: Frame): Html => {
  if (works.length === 0) return html`<div id="news" data-live hidden></div>`;
  return html`<div class="stack" id="news" data-live>${works.map((work) => newsOf(work, frame))}</div>`;
};

const newsOf = (work: BulkView, frame: Frame): Html => {
  const { words, to } = frame;
  const { state, order } = work;
  const unsure = unsureOf(work, frame);
  const isTroubled = isTrouble(state) || unsure.length > 0;
  const tone = state === "done" && isTroubled ? "retry" : TONES[state];
  const behind = [...unsure, ...(isTrouble(state) ? [words.say(`bulk.state.${state}`)] : [])];
  return html`<p class="flash s-${tone}" role="status">${icon(isTroubled ? "err" : isOver(work) ? "ok" : "busy")}<span>${saidOf(work, frame)}${refusedOf(work, frame)} ${behind.map((said) => html`${said} `)}<a href="${to(path`/bulk/${order.id}`)}">${words.say("bulk.details")}</a></span></p>`;
};
