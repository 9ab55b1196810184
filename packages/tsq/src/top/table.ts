/** A list in exactly the columns of the screen: what is long gives way, then columns that one can do without, and last the row's end. */
import { shortClass } from "../cli/class-name.ts";
import type { Line, Span, Tone } from "./line.ts";
import type { Row, TopColumn } from "./picture.ts";
import { widthOf } from "../cli/text-width.ts";
import { cutTo, padTo } from "./wide.ts";

export interface Marked {
  /** The row that one is on. */
  readonly chosen: number;
  readonly ticks: ReadonlyMap<string, unknown> | "all";
  readonly columns: number;
}

const GAP = 2;

/** What is before each row: `>` where one is, `x` where it is ticked. */
const GUTTER = 3;

export const tableLines = (
  columns: readonly TopColumn[],
  rows: readonly Row[],
  marked: Marked,
): readonly Line[] => {
  const room = marked.columns - GUTTER;
  const shown = shownOf(columns, rows, room);
  const widths = shown.map(({ width }) => width);
  const lineOf = (cells: readonly string[]): string =>
    shown
      .map(({ column, i, width }) => {
        const cell = cells[i] ?? "";
        return padTo(
          column.cuts === "class" && widthOf(cell) > width ? shortClass(cell, width) : cell,
          width,
          column.isNumber,
        );
      })
      .join(" ".repeat(GAP));
  const total = widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1));
  const heads = lineOf(columns.map(({ head }) => head));
  return [
    [" ".repeat(GUTTER), [cutTo(heads, room), "strong"]],
    ...rows.map((row, i): Line => {
      const isTicked = marked.ticks === "all" || marked.ticks.has(row.key);
      const isChosen = i === marked.chosen;
      const tone: Tone = isChosen ? "chosen" : (row.tone ?? "plain");
      const gutter = `${isChosen ? ">" : " "}${isTicked ? "x" : " "} `;
      // Of the row that one is on the bar goes to the edge.
      const text = padTo(lineOf(row.cells), isChosen ? room : Math.min(room, total));
      const spans: readonly Span[] = [
        [gutter, isChosen ? "chosen" : isTicked ? "strong" : "plain"],
        [text, tone],
      ];
      return spans;
    }),
  ];
};

interface Shown {
  readonly column: TopColumn;
  /** Which of the cells. */
  readonly i: number;
  readonly width: number;
}

/** No cell needs more, however long its text is. */
const WIDEST = 500;

/** What is given up, step by step: `[what, down to how many columns]`. */
const STEPS = [
  ["text", 40],
  ["class", 30],
  ["name", 24],
  ["text", 24],
  ["class", 20],
  ["name", 16],
  ["text", 12],
  ["class", 16],
  ["name", 8],
] as const;

/** So many of them are taken before a column goes that one can do without. */
const COMFORTABLE = 6;

const shownOf = (columns: readonly TopColumn[], rows: readonly Row[], room: number): readonly Shown[] => {
  let left = columns.map((column, i): Shown => {
    const texts = [column.head, ...rows.map(({ cells }) => cells[i] ?? "")];
    return { column, i, width: Math.max(1, ...texts.map((text) => widthOf(text.slice(0, WIDEST)))) };
  });
  for (;;) {
    const extra = left.findIndex(({ column }) => column.isExtra);
    const fitted = fit(left, room, extra === -1 ? STEPS.length : COMFORTABLE);
    if (fitted) return fitted;
    if (left.length <= 1) return left.map((one) => ({ ...one, width: room }));
    left = left.filter((_, i) => i !== (extra === -1 ? left.length - 1 : extra));
  }
};

/** Undefined where there is no room for all of them. */
const fit = (columns: readonly Shown[], room: number, steps: number): readonly Shown[] | undefined => {
  const widths = columns.map(({ width }) => width);
  let over = widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1)) - room;
  for (const [what, least] of STEPS.slice(0, steps)) {
    for (const [i, { column }] of columns.entries()) {
      if (over <= 0 || column.cuts !== what) continue;
      const given = Math.min(over, Math.max(0, (widths[i] ?? 0) - least));
      widths[i] = (widths[i] ?? 0) - given;
      over -= given;
    }
  }
  return over > 0 ? undefined : columns.map((one, i) => ({ ...one, width: widths[i] ?? one.width }));
};
