/** Where the working time goes, by class. */
import type { JobMetrics, MetricsReport } from "@tsq/core/api";
import { columns } from "../charts/columns.ts";
import { share } from "../charts/share.ts";
import { spark } from "../charts/spark.ts";
import { CATEGORIES } from "../charts/svg.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { className } from "../layout/names.ts";
import { choice, empty } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { bucketsOf, inBuckets, sumInBuckets } from "./buckets.ts";
import type { Buckets } from "./buckets.ts";

/** A period as the address has it. */
export type PeriodName = "1h" | "2h" | "4h" | "8h" | "24h" | "48h" | "72h";

/** What the page is made of. */
export interface MetricsView {
  readonly report: MetricsReport;
  readonly period: PeriodName;
}

const SECOND_MS = 1_000;
const PERIODS: readonly PeriodName[] = ["1h", "8h", "24h", "72h"];

/** The choice of a period, at this path. */
export const periodChoice = (frame: Frame, to: string, on: PeriodName, offered = PERIODS): Html =>
  choice(
    frame,
    frame.words.say("table.period"),
    offered.map(
      (name) =>
        [
          frame.words.say("span.h", { n: Number.parseInt(name, 10) }),
          `${to}?period=${name}`,
          name === on,
        ] as const,
    ),
  );

/** `/metrics` */
export const metricsPage = ({ report, period }: MetricsView, frame: Frame): Page => {
  const { words } = frame;
  const { jobs } = report;
  const total = jobs.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const aside = periodChoice(frame, "/metrics", period);
  const title = words.say("nav.metrics");
  if (jobs.length === 0) {
    return {
      title,
      heading: words.say("metrics.heading"),
      aside,
      body: empty("idle", "metrics", words.say("metrics.none"), words.say("metrics.none_why")),
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
    body: html`${timeChart(report, buckets, frame)}${classes(jobs, total, buckets, frame)}`,
  };
};

const timeChart = ({ jobs, bucketMinutes }: MetricsReport, buckets: Buckets, { words }: Frame): Html => {
  const seconds = ({ totalMs }: { readonly totalMs: number }) => totalMs / SECOND_MS;
  const shown = jobs.slice(0, CATEGORIES.length);
  const rest = jobs.slice(CATEGORIES.length);
  const series = shown.map((job, i) => ({
    name: html`<bdi>${job.class.split("::").at(-1)}</bdi>`,
    tone: CATEGORIES[i] ?? ("idle" as const),
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

const classes = (
  jobs: readonly JobMetrics[],
  total: number,
  buckets: Buckets,
  { words, to }: Frame,
): Html => {
  const most = Math.max(1, ...jobs.map(({ totalMs }) => totalMs));
  const list: readonly Column<JobMetrics>[] = [
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
          inBuckets(buckets, job.points, ({ processed }) => processed),
          "run",
          words.say("metrics.trend_of", { class: job.class }),
        ),
    },
  ];
  return html`<section class="panel" id="classes" data-live><header><h2>${words.say("metrics.classes")}</h2><small>${words.say("metrics.ran", { count: jobs.length })}</small></header>${table(list, jobs, (job) => idOf("m", job.class))}</section>`;
};
