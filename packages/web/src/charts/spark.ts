/** A trend as large as a word. The figure beside it says the value. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { lineThrough } from "./svg.ts";
import type { Tone } from "./svg.ts";

const WIDE = 100;
const HIGH = 24;
// So that a stroke at the edge is not cut in half.
const MARGIN = 1.5;

/** @param label what a screen reader says */
export const spark = (values: readonly number[], tone: Tone, label: Html | string): Html => {
  const top = Math.max(...values, 1e-9);
  const step = WIDE / Math.max(1, values.length - 1);
  const line = lineThrough(
    values.map((value, i) => [i * step, HIGH - MARGIN - (value / top) * (HIGH - 2 * MARGIN)]),
  );
  return html`<svg class="spark s-${tone}" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="area" d="${line}L${WIDE} ${HIGH}L0 ${HIGH}Z"/><path class="stroke" d="${line}"/></svg>`;
};
