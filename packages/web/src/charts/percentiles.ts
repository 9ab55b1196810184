/** Percentiles over time, on a logarithmic scale: 5 ms and 5 min are both readable. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { columnTitle, figure, legendOf } from "./figure.ts";
import type { ChartFrame } from "./figure.ts";
import { hit, lineThrough, markLines, round, rules, WIDTH } from "./svg.ts";
import type { Mark, Tone } from "./svg.ts";

const HEIGHT = 160;

/** One percentile; nothing where nothing ran. */
export interface Percentile {
  readonly name: Html | string;
  readonly tone: Tone;
  /** In milliseconds. */
  readonly values: readonly (number | undefined)[];
  readonly total: Html | string;
}

/** What there is to draw. */
export interface Percentiles extends ChartFrame {
  readonly series: readonly Percentile[];
  readonly labels: readonly (Html | string)[];
  readonly marks?: readonly Mark[] | undefined;
}

/** Draws them as lines that have a hole where nothing ran. */
export const percentiles = (chart: Percentiles): Html => {
  const { words, title, note, series, labels, marks = [] } = chart;
  const all = series.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...all, 1_000))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...all))));
  const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const y = (value: number) =>
    HEIGHT - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * HEIGHT;
  const said = (value: number | undefined) => (value === undefined ? "–" : words.span(value));
  const hits = labels.map((label, i) =>
    hit(
      i,
      labels.length,
      HEIGHT,
      columnTitle(
        words,
        label,
        series.map(({ name, values }) => [name, said(values[i])] as const),
      ),
    ),
  );
  const lines = series.map(
    ({ tone, values }) => html`<path class="stroke s-${tone}" d="${pieces(values, y)}"/>`,
  );
  const svg = html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}. ${note}">${rules(
    powers.map((_, i) => i / (powers.length - 1)),
    HEIGHT,
  )}${lines}${markLines(marks, HEIGHT)}${hits}</svg>`;
  return figure(chart, {
    svg,
    yTicks: powers.map((power) => words.span(10 ** power)).reverse(),
    legend: legendOf(series.map(({ name, tone, total }) => ({ name, tone, total, values: [] }))),
    head: [words.say("chart.time"), ...series.map(({ name }) => name)],
    rows: labels.map((label, i) => [label, ...series.map(({ values }) => said(values[i]))]),
  });
};

/** The pieces of a line between its holes; a single point is a short one. */
const pieces = (values: readonly (number | undefined)[], y: (value: number) => number): string => {
  const width = WIDTH / values.length;
  const lines: [number, number][][] = [[]];
  for (const [i, value] of values.entries()) {
    if (value === undefined) lines.push([]);
    else lines.at(-1)?.push([(i + 0.5) * width, y(value)]);
  }
  return lines
    .map((points) =>
      points.length === 1 ? `${lineThrough(points)}h${round(width / 2)}` : lineThrough(points),
    )
    .join("");
};
