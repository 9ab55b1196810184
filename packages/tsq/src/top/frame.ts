/** The screen as lines of text, of the state and the size alone. */
import { utcText } from "../cli/ages.ts";
import { cutText, padText } from "../cli/text-width.ts";
import { bodyOf } from "./body.ts";
import { footOf } from "./foot.ts";
import type { Line, Span } from "./line.ts";

import type { Size, TopState } from "./state.ts";
import { TABS, TITLES } from "./tabs.ts";
import { totalsLines } from "./totals.ts";

/** What does not change by keys. */
export interface Surroundings {
  /** Which Redis, without its password. */
  readonly redis: string;
  readonly nowMs: number;
}

/** Below this nothing can be told apart. */
export const SMALLEST: Size = { columns: 60, rows: 15 };

/**
 * Lines that are no rows of the list: head, tabs, numbers, title, heads of columns, what is said of the row and below. Where that is
 * more, some rows of the page are not shown.
 */
const AROUND = 10;

/** For how many rows of a list there is room. */
export const roomFor = ({ rows }: Size): number => Math.max(1, rows - AROUND);

/** As many lines as the screen has. */
export const frame = (state: TopState, size: Size, around: Surroundings): readonly Line[] => {
  if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return tooSmall(size);
  const head = [
    titleLine(around, size),
    tabsLine(state, size),
    ...totalsLines(state.totals, size.columns),
    [],
  ];
  const foot = footOf(state, size);
  const room = size.rows - head.length - foot.length;
  const body = bodyOf(state, { columns: size.columns, rows: room }).slice(0, room);
  const blank = Array.from({ length: room - body.length }, (): Line => []);
  return [...head, ...body, ...blank, ...foot];
};

const titleLine = ({ redis, nowMs }: Surroundings, { columns }: Size): Line => {
  const clock = `${utcText(new Date(nowMs)).slice(11)} UTC`;
  const before = "tsq top  ";
  const room = columns - before.length - clock.length - 2;
  return [["tsq top", "strong"], "  ", [padText(redis, room), "faint"], "  ", clock];
};

const tabsLine = ({ place }: TopState, { columns }: Size): Line => {
  const texts = TABS.map((tab) => (tab === place.tab ? `[${TITLES[tab]}]` : ` ${TITLES[tab]} `));
  const gap = texts.join(" ").length <= columns ? " " : "";
  return texts.flatMap((text, i): readonly Span[] => [TABS[i] === place.tab ? [text, "chosen"] : text, gap]);
};

const tooSmall = ({ columns, rows }: Size): readonly Line[] => {
  const lines: readonly Line[] = [
    [`${columns}x${rows} is too small:`],
    [`tsq top needs ${SMALLEST.columns}x${SMALLEST.rows}.`],
    ["Make it larger, or q quits."],
  ];
  const shown = lines.slice(0, rows).map((line): Line => [cutText(String(line[0]), columns)]);
  return [...shown, ...Array.from({ length: Math.max(0, rows - shown.length) }, (): Line => [])];
};
