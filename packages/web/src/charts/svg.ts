/**
 * What the charts have in common. They are SVG made on the server: no script, and no inline style, which a strict policy
 * forbids. A picture stretches with its place and its strokes do not; letters are HTML, so they never stretch.
 */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";

/** The colour of a piece: a state, or a category (`k1` to `k8`), which never looks like a state. */
export type Tone =
  | "ok"
  | "run"
  | "wait"
  | "retry"
  | "dead"
  | "sched"
  | "idle"
  | "k1"
  | "k2"
  | "k3"
  | "k4"
  | "k5"
  | "k6"
  | "k7"
  | "k8";

/** The colours of categories, in their order. */
export const CATEGORIES: readonly Tone[] = ["k1", "k2", "k3", "k4", "k5"];

/** So many can be told apart where somebody wants more of them. */
export const MORE_CATEGORIES: readonly Tone[] = [...CATEGORIES, "k6", "k7", "k8"];

/** Every picture is drawn 600 wide. */
export const WIDTH = 600;

/** A deploy within a chart. */
export interface Mark {
  /** Where, as a share of the width. */
  readonly at: number;
  readonly name: Html;
}

/** A line of a chart, or a layer of its columns. */
export interface Series {
  readonly name: Html | string;
  readonly tone: Tone;
  readonly values: readonly number[];
  /** Shown in the legend. */
  readonly total?: Html | string | undefined;
}

/** Two digits are enough for a picture, and a quarter of the bytes. */
export const round = (value: number): number => Math.round(value * 100) / 100;

/** A line through points. */
export const lineThrough = (points: readonly (readonly [x: number, y: number])[]): string =>
  points.map(([x, y], i) => `${i > 0 ? "L" : "M"}${round(x)} ${round(y)}`).join("");

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10] as const;

/** The next round number from which an axis can begin. */
export const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value > 0 ? value : 1));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
};

/** Lines across, at these shares of the height. */
export const rules = (shares: readonly number[], height: number): readonly Html[] =>
  shares.map((share) => html`<path class="rule" d="M0 ${round(height * share)}H${WIDTH}"/>`);

/** Lines down, where something was deployed. */
export const markLines = (marks: readonly Mark[], height: number): readonly Html[] =>
  marks.map(
    ({ at, name }) =>
      html`<path class="mark" d="M${round(at * WIDTH)} 0V${height}"><title>${name}</title></path>`,
  );

/** What says the values of a column when the pointer is over it. */
export const hit = (i: number, count: number, height: number, title: Html): Html =>
  html`<rect class="hit" x="${round((i / count) * WIDTH)}" width="${round(WIDTH / count)}" height="${height}"><title>${title}</title></rect>`;
