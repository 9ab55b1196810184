/** Durations over time: a column is a time, a row a bucket of the histogram, and ink is how many. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { figure } from "./figure.ts";
import type { ChartFrame } from "./figure.ts";
import { hit, markLines, round, WIDTH } from "./svg.ts";
import type { Mark } from "./svg.ts";

const HEIGHT = 208;
// Eyes count no more steps of ink.
const STEPS = [1, 2, 3, 4, 5] as const;

/** What there is to draw. */
export interface Heat extends ChartFrame {
  /** For each column the count of each row, from the fastest up. */
  readonly cells: readonly (readonly number[])[];
  readonly labels: readonly (Html | string)[];
  /** The name of each row. */
  readonly rows: readonly (Html | string)[];
  /** From the top down. */
  readonly yTicks: readonly (Html | string)[];
  readonly marks?: readonly Mark[] | undefined;
}

/** Draws it. A second, slower group of runs can be seen, which percentiles hide. */
export const heat = (chart: Heat): Html => {
  const { words, title, note, cells, labels, rows, yTicks, marks = [] } = chart;
  const hits = labels.map((label, i) => hit(i, labels.length, HEIGHT, titleOf(chart, label, cells[i] ?? [])));
  const svg = html`<svg class="heat" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}. ${note}">${inks(cells, rows.length)}${markLines(marks, HEIGHT)}${hits}</svg>`;
  const scale = STEPS.map(
    (step) => html`<rect class="h${step}" x="${(step - 1) * 12}" width="11" height="10"/>`,
  );
  return figure(chart, {
    svg,
    yTicks,
    legend: html`<p class="legend heat">${words.say("chart.fewer")} <svg viewBox="0 0 60 10" width="60" height="10" aria-hidden="true">${scale}</svg> ${words.say("chart.more")}</p>`,
    head: [words.say("chart.duration"), words.say("chart.runs")],
    rows: rows.map((row, j) => [row, words.number(cells.reduce((sum, column) => sum + (column[j] ?? 0), 0))]),
  });
};

const titleOf = ({ words, rows }: Heat, label: Html | string, column: readonly number[]): Html => {
  const most = Math.max(0, ...column);
  if (most === 0) return words.say("chart.column", { label, values: words.say("table.none") });
  return words.say("chart.most", { label, span: rows[column.indexOf(most)] ?? "" });
};

const inks = (cells: readonly (readonly number[])[], rowCount: number): readonly Html[] => {
  const width = WIDTH / cells.length;
  const height = HEIGHT / rowCount;
  const top = Math.max(1, ...cells.flat());
  return STEPS.map((step) => {
    const squares = cells.flatMap((column, i) =>
      column.map((count, j) =>
        Math.ceil(Math.sqrt(count / top) * STEPS.length) === step
          ? `M${round(i * width)} ${round(HEIGHT - (j + 1) * height)}h${round(width - 1)}v${round(height - 1)}h-${round(width - 1)}Z`
          : "",
      ),
    );
    return html`<path class="h${step}" d="${squares.join("")}"/>`;
  });
};
