/** The frame of a large chart: what it shows, the answer, its legend, axes as HTML, and the numbers as a table. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Words } from "../words/words.ts";
import type { Series } from "./svg.ts";

// More rows would say nothing more: the picture has them all.
const MOST_ROWS = 15;

/** What every chart is told. */
export interface ChartFrame {
  readonly words: Words;
  /** Of the element, unique on its page. */
  readonly id: string;
  readonly title: Html;
  /** What a column is, or what there is to see. */
  readonly note?: Html | undefined;
  /** From left to right. */
  readonly xTicks: readonly (Html | string)[];
  /** Whether its columns are times of day, by the clocks of a zone that is said then. @default false */
  readonly isOfTimes?: boolean | undefined;
  /** Stands at the end of the title. */
  readonly tools?: Html | undefined;
}

/** What a kind of chart adds to its frame. */
export interface Drawn {
  readonly svg: Html;
  /** From the top down. */
  readonly yTicks: readonly (Html | string)[];
  readonly legend?: Html | undefined;
  readonly isLow?: boolean | undefined;
  readonly head: readonly (Html | string)[];
  readonly rows: readonly (readonly (Html | string)[])[];
}

/** A chart in its frame. */
export const figure = (chart: ChartFrame, drawn: Drawn): Html => {
  const { words, id, title, xTicks, tools } = chart;
  const { svg, yTicks, legend, head } = drawn;
  const step = Math.ceil(drawn.rows.length / MOST_ROWS);
  const rows = drawn.rows.filter((_, i) => i % step === 0);
  return html`<figure class="chart${drawn.isLow && " low"}" id="${id}" data-live>
<figcaption><h2>${title}</h2>${noteOf(chart)}${tools}</figcaption>${legend}
<div class="plot"><div class="y" aria-hidden="true">${yTicks.map((tick) => html`<bdi>${tick}</bdi>`)}</div>${svg}<div class="x" aria-hidden="true">${xTicks.map((tick) => html`<span>${tick}</span>`)}</div></div>
<details class="data"><summary>${words.say("chart.table")}</summary><div class="scroll" tabindex="0" role="region" aria-label="${words.say("chart.as_table", { title })}"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="num">${cell}</td>`))}</tr>`)}</tbody></table></div></details>
</figure>`;
};

const noteOf = ({ words, note, isOfTimes }: ChartFrame): Html => {
  const zone = isOfTimes ? words.say("zone.times", { zone: words.zone.name }) : undefined;
  if (note === undefined && zone === undefined) return NOTHING;
  return html`<p>${note}${note && zone && " · "}${zone}</p>`;
};

/** Names and latest values, in the order in which they are seen. */
export const legendOf = (series: readonly Series[]): Html =>
  html`<ul class="legend">${series.map(({ name, tone, total }) => html`<li class="s-${tone}"><i></i>${name}${total !== undefined && html` <b><bdi>${total}</bdi></b>`}</li>`)}</ul>`;

/** What a column's tooltip says. */
export const columnTitle = (
  words: Words,
  label: Html | string,
  values: readonly (readonly [name: Html | string, value: Html | string])[],
): Html =>
  words.say("chart.column", {
    label,
    values: html`${values.map(([name, value], i) => html`${i > 0 && " · "}${name} ${value}`)}`,
  });
