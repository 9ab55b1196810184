/** What is to happen in the time from now on: a lane each, and a stroke where something does. */
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Words } from "../words/words.ts";
import { legendOf } from "./figure.ts";
import { round } from "./svg.ts";
import type { Tone } from "./svg.ts";

const WIDE = 960;
const LANE = 13;
const STROKE_HIGH = 9;
const STROKE_WIDE = 2;
const FOOT = 12;
// With more lanes it needs more room.
const LOW_LANES = 3;

/** One lane. */
export interface Lane {
  readonly name: Html | string;
  readonly tone: Tone;
  /** As shares of the width. */
  readonly at: readonly number[];
  /** How many there are, as it is said in the legend. */
  readonly total: Html | string;
  /** Whether there are more than could be told apart: then the lane is one stroke. */
  readonly isDense: boolean;
}

/** What there is to draw. */
export interface DayStrip {
  readonly words: Words;
  /** What a screen reader says. */
  readonly label: Html | string;
  readonly lanes: readonly Lane[];
  /** From left to right. */
  readonly xTicks: readonly (Html | string)[];
}

/** Draws it, the lanes from the top down. */
export const dayStrip = ({ label, lanes, xTicks }: DayStrip): Html => {
  const height = lanes.length * LANE + FOOT;
  const hours = Array.from(
    { length: 25 },
    (_, i) => html`<path class="rule" d="M${i * (WIDE / 24)} ${height - 6}V${height}"/>`,
  );
  return html`<figure class="pad short"><svg class="day${lanes.length > LOW_LANES && " tall"}" viewBox="0 0 ${WIDE} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="rule" d="M0 ${height - 1}H${WIDE}"/>${hours}${lanes.map(strokes)}</svg><div class="plot"><div class="x" aria-hidden="true">${xTicks.map((tick) => html`<span>${tick}</span>`)}</div></div>${legendOf(lanes.map((lane) => ({ ...lane, values: [] })))}</figure>`;
};

const strokes = ({ name, tone, at, isDense, total }: Lane, i: number): Html => {
  const top = i * LANE + 2;
  const path = isDense
    ? `M0 ${top}H${WIDE}v${STROKE_HIGH}H0Z`
    : at
        .map(
          (share) =>
            `M${round(share * (WIDE - STROKE_WIDE))} ${top}h${STROKE_WIDE}v${STROKE_HIGH}h-${STROKE_WIDE}Z`,
        )
        .join("");
  return html`<path class="fill s-${tone}" d="${path}"><title>${name} ${total}</title></path>`;
};
