/** Every slot of a process as a square: hollow is free, filled is busy, and its colour says how long against the usual. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Tone } from "./svg.ts";

const IN_A_ROW = 13;
const SQUARE = 11;
// A process may say that it has a million.
export const MOST_SLOTS = 130;

/** A slot that runs something. */
export interface BusySlot {
  readonly tone: Tone;
  readonly title: Html;
}

/** @param free how many slots run nothing */
export const slotMap = (busy: readonly BusySlot[], free: number, label: Html): Html => {
  const filled = busy.slice(0, MOST_SLOTS);
  const hollow = Math.max(0, Math.min(free, MOST_SLOTS - filled.length));
  const count = filled.length + hollow;
  const wide = Math.min(count, IN_A_ROW) * SQUARE;
  const high = Math.ceil(count / IN_A_ROW) * SQUARE;
  const squares = filled.map(
    ({ tone, title }, i) =>
      html`<rect class="fill s-${tone}" ${place(i, 0.5, 9)}><title>${title}</title></rect>`,
  );
  const empty = Array.from(
    { length: hollow },
    (_, i) => html`<rect class="hollow s-idle" ${place(filled.length + i, 1, 8)}/>`,
  );
  return html`<svg class="slots" width="${wide}" height="${high}" role="img" aria-label="${label}">${squares}${empty}</svg>`;
};

const place = (i: number, inset: number, size: number): Html =>
  html`x="${(i % IN_A_ROW) * SQUARE + inset}" y="${Math.floor(i / IN_A_ROW) * SQUARE + inset}" width="${size}" height="${size}" rx="2"`;
