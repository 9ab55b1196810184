/** Where the working time goes, by class. */
import type { JobMetrics, MetricsReport } from "@tsq/core/api";
import { columns } from "../charts/columns.ts";
import { share } from "../charts/share.ts";
import { spark } from "../charts/spark.ts";
import { CATEGORIES, MORE_CATEGORIES } from "../charts/svg.ts";
import type { Tone } from "../charts/svg.ts";
import { exact, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path, withQuery } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { className } from "../layout/names.ts";
import { allHidden, choice, empty } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { bucketsOf, inBuckets, soFar, sumInBuckets } from "./buckets.ts";
import type { Buckets } from "./buckets.ts";

/** A period as the address has it. */
export type PeriodName = "1h" | "2h" | "4h" | "8h" | "24h" | "48h" | "72h";

/** What the page is made of. */
export interface MetricsView {
  readonly report: MetricsReport;
  readonly period: PeriodName;
  /** Those that the chart shows, where somebody has chosen; as many as there are colours. */
  readonly chosen: readonly string[];
  /** A part of the names of those that are listed. */
  readonly substr?: string | undefined;
  /** Whether a process is too old to write down what it ran. @default false */
  readonly hasOld?: boolean | undefined;
  /** Whether others ran, at which whoever looks may not look. @default false */
  readonly isHiding?: boolean | undefined;
}

const SECOND_MS = 1_000;
const PERIODS: readonly PeriodName[] = ["1h", "8h", "24h", "72h"];

/** The choice of a period, of the page with this address. */
export const periodChoice = (
  frame: Frame,
  to: (period: PeriodName) => string,
  on: PeriodName,
  offered = PERIODS,
): Html =>
  choice(
    frame,
    frame.words.say("table.period"),
    offered.map(
      (name) => [frame.words.say("span.h", { n: Number.parseInt(name, 10) }), to(name), name === on] as const,
    ),
  );

const isNarrow = ({ substr }: MetricsView): boolean => substr !== undefined && substr !== "";

/** By a part of a class's name, as on Sidekiq::Web. */
const filterForm = (view: MetricsView, { words, to }: Frame): Html => {
  const { period, substr = "" } = view;
  const label = words.say("metrics.classes");
  const clear = html`<a class="link" href="${to(withQuery("/metrics", { period }))}">${words.say("verb.filter_clear")}</a>`;
  return html`<form class="chips" action="${to("/metrics")}"><input type="hidden" name="period" value="${period}"><label class="find">${icon("find")}<span class="vh">${label}</span><input type="search" name="substr" value="${exact(substr)}" placeholder="${label}" autocomplete="off" spellcheck="false"></label><button class="btn">${words.say("verb.filter")}</button>${isNarrow(view) && clear}</form>`;
};

/** `/metrics` */
export const metricsPage = (view: MetricsView, frame: Frame): Page => {
  const { words } = frame;
  const { report, period } = view;
  const { jobs } = report;
  const total = jobs.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const aside = periodChoice(frame, (name) => addressOf({ ...view, period: name }), period);
  const title = words.say("nav.metrics");
  if (jobs.length === 0) {
    return {
      title,
      heading: words.say("metrics.heading"),
      aside,
      body: noneOf(view, frame),
    };
  }
  const [most] = jobs;
  const lead =
    most && total > 0
      ? words.say("metrics.lead", {
          class: className(most.class),
          share: words.percent(most.totalMs / total),
        })
      : undefined;
  const buckets = bucketsOf(report, words);
  return {
    title,
    heading: words.say("metrics.heading"),
    lead,
    aside,
    body: html`${filterForm(view, frame)}${timeChart(view, buckets, frame)}${classes(view, total, buckets, frame)}`,
  };
};

const noneOf = (view: MetricsView, frame: Frame): Html => {
  const { words } = frame;
  // Of a part of a name it would tell what is hidden.
  if (isNarrow(view))
    return html`${filterForm(view, frame)}<p class="dim">${words.say("audit.none_found")}</p>`;
  if (view.isHiding) return allHidden(frame, words.say("metrics.classes"));
  const why = words.say(view.hasOld ? "metrics.none_old" : "metrics.none_why");
  return empty("idle", "metrics", words.say("metrics.none"), why);
};

const addressOf = ({ period, chosen, substr }: Omit<MetricsView, "report">): string => {
  const query = new URLSearchParams({ period, ...(substr !== undefined && { substr }) });
  for (const name of chosen) query.append("class", name);
  return `/metrics?${query.toString()}`;
};

/** What the chart shows, each in its colour: what was chosen and ran, else the busiest. */
const shownOf = ({ report: { jobs }, chosen }: MetricsView): ReadonlyMap<string, Tone> => {
  const wanted = jobs.filter((job) => chosen.includes(job.class));
  const shown = wanted.length > 0 ? wanted : jobs.slice(0, CATEGORIES.length);
  return new Map(shown.map((job, i) => [job.class, MORE_CATEGORIES[i] ?? "idle"]));
};

const timeChart = (view: MetricsView, buckets: Buckets, { words }: Frame): Html => {
  const { jobs, bucketMinutes } = view.report;
  const seconds = ({ totalMs }: { readonly totalMs: number }) => totalMs / SECOND_MS;
  const tones = shownOf(view);
  const isChosen = jobs.some((job) => view.chosen.includes(job.class));
  const rest = isChosen ? [] : jobs.filter((job) => !tones.has(job.class));
  const series = jobs
    .filter((job) => tones.has(job.class))
    .map((job) => ({
      name: html`<bdi>${job.class.split("::").at(-1)}</bdi>`,
      tone: tones.get(job.class) ?? ("idle" as const),
      values: inBuckets(buckets, job.points, seconds),
    }));
  if (rest.length > 0) {
    series.push({
      name: words.say("metrics.others"),
      tone: "idle",
      values: sumInBuckets(buckets, rest, seconds),
    });
  }
  return columns({
    words,
    id: "time",
    title: words.say("metrics.time"),
    note: words.say(isChosen ? "metrics.time_chosen" : "metrics.time_note", { count: bucketMinutes }),
    isOfTimes: true,
    series: series.reverse(),
    labels: buckets.labels,
    xTicks: buckets.ticks,
    marks: buckets.marks,
    said: (value) => words.say("span.s", { n: Number(value.toFixed(value < 10 ? 1 : 0)) }),
  });
};

const classes = (view: MetricsView, total: number, buckets: Buckets, frame: Frame): Html => {
  const { words, to } = frame;
  const { jobs } = view.report;
  const tones = shownOf(view);
  const most = Math.max(1, ...jobs.map(({ totalMs }) => totalMs));
  const list: readonly Column<JobMetrics>[] = [
    {
      head: words.say("metrics.in_chart"),
      kind: "tick",
      isUnnamed: true,
      cell: (job) => box(job, tones.get(job.class), frame),
    },
    {
      head: words.say("facet.class"),
      kind: "full",
      cell: (job) => html`<a href="${to(path`/metrics/${job.class}`)}">${className(job.class)}</a>`,
    },
    { head: words.say("chart.runs"), kind: "num", cell: ({ processed }) => words.number(processed) },
    {
      head: words.say("state.failed"),
      kind: "num",
      cell: ({ failed, processed }) =>
        failed > 0
          ? html`<span class="state s-dead">${words.number(failed)} <small>${words.percent(failed / processed)}</small></span>`
          : html`<span class="dim">0</span>`,
    },
    { head: words.say("metrics.average"), kind: "num", cell: ({ averageMs }) => words.span(averageMs) },
    {
      head: words.say("metrics.share"),
      cell: ({ totalMs }) =>
        html`${words.percent(total > 0 ? totalMs / total : 0)} <small>${words.span(totalMs)}</small>${share(totalMs / most, "run")}`,
    },
    {
      head: words.say("metrics.trend"),
      cell: (job) =>
        spark(
          soFar(inBuckets(buckets, job.points, ({ processed }) => processed)),
          "run",
          words.say("metrics.trend_of", { class: job.class }),
        ),
    },
  ];
  return html`<section class="panel" id="classes" data-live><header><h2>${words.say("metrics.classes")}</h2><small>${words.say("metrics.ran", { count: jobs.length })}</small></header><form action="${to("/metrics")}"><input type="hidden" name="period" value="${view.period}">${view.substr !== undefined && html`<input type="hidden" name="substr" value="${exact(view.substr)}">`}<div class="pager">${chooser(view, frame)}</div>${table(list, jobs, (job) => idOf("m", job.class))}</form></section>`;
};

/** It stands in the colour that the chart has for the class. */
const box = ({ class: name }: JobMetrics, tone: Tone | undefined, { words }: Frame): Html =>
  html`<label><span class="vh">${words.say("metrics.in_chart_of", { class: name })}</span><input type="checkbox" name="class" value="${exact(name)}"${tone && " checked"}>${tone && html`<i class="swatch s-${tone}"></i>`}</label>`;

const chooser = (view: MetricsView, { words, to }: Frame): Html => {
  const usual = addressOf({ ...view, chosen: [] });
  return html`<button class="btn">${words.say("metrics.choose", { n: MORE_CATEGORIES.length })}</button>${view.chosen.length > 0 && html`<a class="link" href="${to(usual)}">${words.say("metrics.busiest")}</a>`}`;
};
