/** A list without lines around it, which fits its terminal. */
import { blocks } from "./blocks.ts";
import { shortClass } from "./class-name.ts";
import { GAP, narrowed, naturalWidths, rowText } from "./narrowed.ts";
import type { Column } from "./narrowed.ts";
import { bold } from "./terminal-room.ts";
import { widthOf } from "./text-width.ts";

/** @param rows cells that a terminal may show */
export const listTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string => {
  const heads = columns.map(({ head }) => head);
  const cells = rows.map((row) => row.map((cell, i) => bounded(cell, columns[i]?.cuts === "class")));
  const natural = naturalWidths(columns, cells);
  if (width === Infinity) return [heads, ...cells].map((row) => wholeRow(columns, natural, row)).join("\n");
  const widths = narrowed(columns, natural, width);
  if (!widths) return withoutTexts(columns, cells, width);
  const [head = "", ...lines] = [heads, ...cells].map((row) => rowText(columns, widths, row).trimEnd());
  return [bold(head), ...lines].join("\n");
};

/** A text of some letters says nothing: it goes, and the list stays one, whatever is a letter longer than before. */
const withoutTexts = (
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  width: number,
): string => {
  const kept = columns.flatMap(({ cuts }, i) => (cuts === "text" ? [] : [i]));
  const of = (row: readonly string[]) => kept.map((i) => row[i] ?? "");
  const shown = kept.flatMap((i) => columns[i] ?? []);
  const rows = cells.map(of);
  const heads = columns.map(({ head }) => head);
  const widths = narrowed(shown, naturalWidths(shown, rows), width);
  if (!widths) return blocks(heads, cells, width);
  const [head = "", ...lines] = [of(heads), ...rows].map((row) => rowText(shown, widths, row).trimEnd());
  return [bold(head), ...lines].join("\n");
};

/** Nothing is cut in a pipe, and one name of thousands of letters moves no other row. */
const WIDEST_PADDING = 60;

const wholeRow = (columns: readonly Column[], natural: readonly number[], row: readonly string[]): string =>
  columns
    .map(({ isNumber }, i) => {
      const cell = row[i] ?? "";
      const blanks = " ".repeat(Math.max(0, Math.min(natural[i] ?? 0, WIDEST_PADDING) - widthOf(cell)));
      return isNumber ? blanks + cell : cell + blanks;
    })
    .join(" ".repeat(GAP))
    .trimEnd();

/** What is longer is no id and no name, and where there is no table it would be all that one sees. */
const LONGEST = 1_000;

const bounded = (cell: string, isClass: boolean): string => {
  if (cell.length <= LONGEST) return cell;
  return isClass ? shortClass(cell, LONGEST) : `${cell.slice(0, LONGEST)}…`;
};
