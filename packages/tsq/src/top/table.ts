/** A list in exactly the columns of the screen: what is long gives way, then columns that one can do without, and last the row's end. */
import { COMFORTABLE, narrowed, naturalWidths, rowText, totalWidth } from "../cli/narrowed.ts";
import { cutText, padText } from "../cli/text-width.ts";
import type { Line, Span, Tone } from "./line.ts";
import type { Row, TopColumn } from "./picture.ts";

export interface Marked {
  /** The row that one is on. */
  readonly chosen: number;
  readonly ticks: ReadonlyMap<string, unknown> | "all";
  readonly columns: number;
}

/** What is before each row: `>` where one is, `x` where it is ticked. */
const GUTTER = 3;

export const tableLines = (
  columns: readonly TopColumn[],
  rows: readonly Row[],
  marked: Marked,
): readonly Line[] => {
  const room = marked.columns - GUTTER;
  const { at, widths } = shownOf(columns, rows, room);
  const shown = at.flatMap((i) => columns[i] ?? []);
  const lineOf = (cells: readonly string[]): string =>
    rowText(
      shown,
      widths,
      at.map((i) => cells[i] ?? ""),
    );
  const total = totalWidth(widths);
  const heads = lineOf(columns.map(({ head }) => head));
  return [
    [" ".repeat(GUTTER), [cutText(heads, room), "strong"]],
    ...rows.map((row, i): Line => {
      const isTicked = marked.ticks === "all" || marked.ticks.has(row.key);
      const isChosen = i === marked.chosen;
      const tone: Tone = isChosen ? "chosen" : (row.tone ?? "plain");
      const gutter = `${isChosen ? ">" : " "}${isTicked ? "x" : " "} `;
      // Of the row that one is on the bar goes to the edge.
      const text = padText(lineOf(row.cells), isChosen ? room : Math.min(room, total));
      const spans: readonly Span[] = [
        [gutter, isChosen ? "chosen" : isTicked ? "strong" : "plain"],
        [text, tone],
      ];
      return spans;
    }),
  ];
};

interface Shown {
  /** Which of the columns. */
  readonly at: readonly number[];
  readonly widths: readonly number[];
}

const shownOf = (columns: readonly TopColumn[], rows: readonly Row[], room: number): Shown => {
  const natural = naturalWidths(
    columns,
    rows.map(({ cells }) => cells),
  );
  let at: readonly number[] = columns.map((_, i) => i);
  for (;;) {
    const extra = at.findIndex((i) => columns[i]?.isExtra);
    const widths = narrowed(
      at.flatMap((i) => columns[i] ?? []),
      at.map((i) => natural[i] ?? 1),
      room,
      extra === -1 ? undefined : COMFORTABLE,
    );
    if (widths) return { at, widths };
    if (at.length <= 1) return { at, widths: [room] };
    at = at.toSpliced(extra === -1 ? -1 : extra, 1);
  }
};
