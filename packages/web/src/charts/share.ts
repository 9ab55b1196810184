/** Bars that are shares of a whole. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { round } from "./svg.ts";
import type { Tone } from "./svg.ts";

/** One part of a whole. */
export interface Part {
  readonly name: Html | string;
  readonly value: number;
  readonly tone: Tone;
  /** The value as it is said. */
  readonly said: Html | string;
}

/** One bar, from 0 to 1; whatever is more than nothing can be seen. The number beside it says how much. */
export const share = (part: number, tone: Tone): Html =>
  html`<svg class="share s-${tone}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="bed" width="100" height="4"/><rect class="fill" width="${round(Math.max(part > 0 ? 1.5 : 0, Math.min(1, part) * 100))}" height="4"/></svg>`;

/** Several parts of one whole in a row. */
export const shares = (parts: readonly Part[], label: Html | string): Html => {
  const total = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  let x = 0;
  const rects = parts.map(({ name, value, tone, said }) => {
    const width = (value / total) * 100;
    const rect = html`<rect class="fill s-${tone}" x="${round(x)}" width="${round(Math.max(0.6, width - 0.4))}" height="8"><title>${name} ${said}</title></rect>`;
    x += width;
    return rect;
  });
  return html`<svg class="share tall" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${label}">${rects}</svg>`;
};

/** What the colours of `shares()` are. */
export const sharesLegend = (parts: readonly Part[]): Html =>
  html`<ul class="legend">${parts.map(({ name, tone, said }) => html`<li class="s-${tone}"><i></i>${name} <b>${said}</b></li>`)}</ul>`;
