/** Runs one after the other, as small as a word: height is duration, and what did not run is hollow. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { round } from "./svg.ts";
import type { Tone } from "./svg.ts";

const HIGH = 22;
const LEAST = 4;
const STEP = 5;
const WIDE = 3.4;
// Of a run whose duration nobody has kept.
const UNKNOWN = 0.6;

/** One run. */
export interface RunBar {
  readonly tone: Tone;
  readonly title: Html | string;
  /** Undefined where nobody has kept it. */
  readonly ms?: number | undefined;
  /** Whether it did not run. */
  readonly isHollow?: boolean | undefined;
}

/** @param label what a screen reader says */
export const runBars = (bars: readonly RunBar[], label: Html | string): Html => {
  const top = Math.max(...bars.map(({ ms = 0 }) => ms), 1);
  const rects = bars.map(({ tone, title, ms, isHollow }, i) => {
    const share = isHollow ? 1 : ms === undefined ? UNKNOWN : ms / top;
    const high = Math.max(LEAST, share * HIGH);
    const inset = isHollow ? 0.5 : 0;
    return html`<rect class="${isHollow ? "hollow" : "fill"} s-${tone}" x="${i * STEP + 0.5}" y="${round(HIGH - high + inset)}" width="${WIDE}" height="${round(high - 2 * inset)}" rx="1"><title>${title}</title></rect>`;
  });
  return html`<svg class="runs" width="${bars.length * STEP}" height="${HIGH}" role="img" aria-label="${label}">${rects}</svg>`;
};
