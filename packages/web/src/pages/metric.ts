/** The runs of one class: how many, how long they take, and how many fail. */
import type { JobMetricsReport } from "@tsq/core/api";
import { HISTOGRAM_LIMITS_MS } from "@tsq/core/api";
import { columns } from "../charts/columns.ts";
import { heat } from "../charts/heat.ts";
import { percentiles } from "../charts/percentiles.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { path } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { className } from "../layout/names.ts";
import { empty, vitals } from "../layout/parts.ts";
import { bucketsOf, inBuckets, percentile, soFar } from "./buckets.ts";
import type { Buckets } from "./buckets.ts";
import { periodChoice } from "./metrics.ts";
import type { PeriodName } from "./metrics.ts";

/** What the page is made of. */
export interface MetricView {
  readonly report: JobMetricsReport;
  readonly period: PeriodName;
}

const SHARES = [
  ["p99", 0.99, "dead"],
  ["p95", 0.95, "retry"],
  ["p50", 0.5, "run"],
] as const;

/** `/metrics/:class` */
export const metricPage = ({ report, period }: MetricView, frame: Frame): Page => {
  const { words, to } = frame;
  const { job } = report;
  const own = path`/metrics/${job.class}`;
  const head = {
    title: words.say("metric.title", { class: job.class }),
    crumb: html`<a href="${to("/metrics")}">${words.say("nav.metrics")}</a>`,
    heading: className(job.class),
    // Histograms are kept for eight hours.
    aside: periodChoice(frame, (name) => `${own}?period=${name}`, period, ["1h", "2h", "4h", "8h"]),
    here: "/metrics",
  };
  if (job.processed === 0) {
    return {
      ...head,
      body: empty("idle", "metrics", words.say("metric.none"), words.say("metrics.none_why")),
    };
  }
  const buckets = bucketsOf(report, words);
  return {
    ...head,
    body: html`${signs(report, buckets, frame)}${durations(report, buckets, frame)}${outcome(report, buckets, frame)}`,
  };
};

const signs = ({ job }: JobMetricsReport, buckets: Buckets, { words }: Frame): Html => {
  const at = (value: number) => percentile(job.histogram, value);
  const list = [
    {
      name: words.say("chart.runs"),
      value: words.number(job.processed),
      trend: soFar(inBuckets(buckets, job.points, ({ processed }) => processed)),
    },
    {
      name: words.say("state.failed"),
      value: words.percent(job.failed / job.processed),
      sub: words.say("metric.failed", { count: job.failed }),
      isBad: job.failed > 0,
      trend: soFar(inBuckets(buckets, job.points, ({ failed }) => failed)),
    },
    { name: words.say("metrics.average"), value: words.span(job.averageMs) },
  ];
  const [p50, p95] = [at(0.5), at(0.95)];
  if (p50 !== undefined) list.push({ name: html`p50`, value: words.span(p50) });
  if (p95 !== undefined) list.push({ name: html`p95`, value: words.span(p95) });
  return vitals("vitals", list);
};

const durations = ({ job }: JobMetricsReport, buckets: Buckets, { words }: Frame): Html => {
  if (job.histogram.length === 0) return NOTHING;
  const rows = HISTOGRAM_LIMITS_MS.map((ms) =>
    Number.isFinite(ms) ? words.say("metric.below", { span: words.span(ms) }) : words.say("chart.slower"),
  );
  const byStart = new Map(job.points.map((point) => [point.at.getTime(), point.histogram]));
  const zeros = HISTOGRAM_LIMITS_MS.map(() => 0);
  const cells = buckets.starts
    .map((ms) => byStart.get(ms))
    .map((found) => (found && found.length > 0 ? found : zeros));
  const tick = (i: number) => words.span(HISTOGRAM_LIMITS_MS[i] ?? 0);
  const common = {
    words,
    labels: buckets.labels,
    xTicks: buckets.ticks,
    marks: buckets.marks,
    isOfTimes: true,
  };
  const map = heat({
    ...common,
    id: "heat",
    title: words.say("metric.heat"),
    note: words.say("metric.heat_note"),
    cells,
    rows,
    yTicks: [words.say("chart.slower"), tick(20), tick(14), tick(8), tick(0)],
  });
  const spread = columns({
    words,
    id: "spread",
    title: words.say("metric.spread"),
    note: words.say("metric.spread_note"),
    labels: rows,
    labelHead: words.say("chart.duration"),
    xTicks: [tick(0), tick(7), tick(14), words.say("chart.slower")],
    height: 208,
    series: [{ name: words.say("chart.runs"), tone: "run", values: job.histogram }],
  });
  const lines = percentiles({
    ...common,
    id: "percentiles",
    title: words.say("metric.percentiles"),
    note: words.say("metric.percentiles_note"),
    series: SHARES.map(([name, value, tone]) => {
      const all = percentile(job.histogram, value);
      return {
        name,
        tone,
        values: cells.map((column) => percentile(column, value)),
        total: all === undefined ? "–" : words.span(all),
      };
    }),
  });
  return html`<div class="grid g-2 stretch">${map}${spread}</div>${lines}`;
};

const outcome = ({ job, bucketMinutes }: JobMetricsReport, buckets: Buckets, { words }: Frame): Html =>
  columns({
    words,
    id: "outcome",
    title: words.say("metric.outcome"),
    note: words.say("chart.per", { count: bucketMinutes }),
    labels: buckets.labels,
    xTicks: buckets.ticks,
    isOfTimes: true,
    marks: buckets.marks,
    series: [
      {
        name: words.say("state.failed"),
        tone: "dead",
        values: inBuckets(buckets, job.points, ({ failed }) => failed),
        total: words.number(job.failed),
      },
      {
        name: words.say("state.done"),
        tone: "run",
        values: inBuckets(buckets, job.points, ({ processed, failed }) => processed - failed),
        total: words.number(job.processed - job.failed),
      },
    ],
  });
