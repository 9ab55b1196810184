/** A trend as large as a word. The figure beside it says the value. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { lineThrough } from "./svg.ts";
import type { Tone } from "./svg.ts";

const WIDE = 100;
const HIGH = 24;
// More points than it has pixels are nothing to see: of 480 minutes for fifty classes they were half a megabyte of a page.
const MOST_POINTS = 96;
// So that a stroke at the edge is not cut in half.
const MARGIN = 1.5;

/** @param label what a screen reader says */
export const spark = (values: readonly number[], tone: Tone, label: Html | string): Html => {
  const shown = thinned(values);
  const top = Math.max(...shown, 1e-9);
  const step = WIDE / Math.max(1, shown.length - 1);
  const line = lineThrough(
    shown.map((value, i) => [i * step, HIGH - MARGIN - (value / top) * (HIGH - 2 * MARGIN)]),
  );
  return html`<svg class="spark s-${tone}" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="area" d="${line}L${WIDE} ${HIGH}L0 ${HIGH}Z"/><path class="stroke" d="${line}"/></svg>`;
};

/** The averages of as many neighbours as it takes. */
const thinned = (values: readonly number[]): readonly number[] => {
  if (values.length <= MOST_POINTS) return values;
  const each = Math.ceil(values.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(values.length / each) }, (_, i) => {
    const some = values.slice(i * each, (i + 1) * each);
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
};
