/** Columns over time, stacked from the first series up. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { columnTitle, figure, legendOf } from "./figure.ts";
import type { ChartFrame } from "./figure.ts";
import { hit, markLines, round, roundUp, rules, WIDTH } from "./svg.ts";
import type { Mark, Series } from "./svg.ts";

const HEIGHT = 160;
// A chart below this needs less room than a chart usually has.
const LOW = 80;

/** What there is to draw. */
export interface Columns extends ChartFrame {
  readonly series: readonly Series[];
  /** One for each column. */
  readonly labels: readonly (Html | string)[];
  /** How a value is said, if not as a bare number. */
  readonly said?: ((value: number) => Html | string) | undefined;
  readonly marks?: readonly Mark[] | undefined;
  readonly height?: number | undefined;
  /** What the table calls the columns, if not times. */
  readonly labelHead?: Html | undefined;
}

/** Draws them: one path a series keeps the page small, and one area a column carries the tooltip. */
export const columns = (chart: Columns): Html => {
  const { words, title, note, series, labels, marks = [], height = HEIGHT } = chart;
  const said = chart.said ?? ((value: number) => words.number(Math.round(value)));
  const sums = labels.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const most = roundUp(Math.max(1, ...sums));
  // Half of it stands at the axis, and there is no half of a job.
  const top = chart.said ? most : 2 * Math.ceil(most / 2);
  const hits = labels.map((label, i) => {
    const values = series.map(({ name, values: of }) => [name, said(of[i] ?? 0)] as const);
    return hit(i, labels.length, height, columnTitle(words, label, values));
  });
  const svg = html`<svg viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" role="img" aria-label="${title}. ${note}">${rules([0, 0.5, 1], height)}${layers(series, labels.length, height / top, height)}${markLines(marks, height)}${hits}</svg>`;
  return figure(chart, {
    svg,
    // One job has no half.
    yTicks: [said(top), chart.said === undefined && top < 2 ? "" : said(top / 2), "0"],
    legend: series.length > 1 ? legendOf([...series].reverse()) : undefined,
    isLow: height < LOW,
    head: [chart.labelHead ?? words.say("chart.time"), ...series.map(({ name }) => name)],
    rows: labels.map((label, i) => [label, ...series.map(({ values }) => said(values[i] ?? 0))]),
  });
};

const layers = (series: readonly Series[], count: number, scale: number, height: number): readonly Html[] => {
  const width = WIDTH / count;
  const gap = Math.min(2, width / 4);
  const base = Array.from({ length: count }, () => 0);
  return series.map(({ tone, values }) => {
    const bars = base.map((from, i) => {
      const value = values[i] ?? 0;
      if (value <= 0) return "";
      base[i] = from + value;
      const bottom = round(height - from * scale);
      return `M${round(i * width)} ${bottom}V${round(height - (from + value) * scale)}h${round(width - gap)}V${bottom}Z`;
    });
    return html`<path class="fill s-${tone}" d="${bars.join("")}"/>`;
  });
};
