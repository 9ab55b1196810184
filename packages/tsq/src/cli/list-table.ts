/** A list without lines around it, which fits its terminal: what is long gives way, and ids and numbers never do. */
import Table from "cli-table3";
import { blocks } from "./blocks.ts";
import { shortClass } from "./class-name.ts";
import { bold } from "./terminal-room.ts";

export interface Column {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** What may be cut: a `text` at its end and before all else, a `name` at its end, a `class` at `::` and humps. @default nothing */
  readonly cuts?: "text" | "class" | "name";
}

const GAP = 2;

/** So much is left of what is cut. */
const LEAST = { text: 12, class: 16, name: 8 } as const;
const ORDER = ["text", "class", "name"] as const;

const BARE = Object.fromEntries(
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid"
    .split(" ")
    .map((name) => [name, ""]),
);
const STYLE = { head: [], border: [], "padding-left": 0, "padding-right": 0 };

/** @param rows cells that a terminal may show */
export const listTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string => {
  const heads = columns.map(({ head }) => head);
  const cells = rows.map((row) => row.map((cell, i) => bounded(cell, columns[i]?.cuts === "class")));
  const natural = columns.map(({ head }, i) => widthOf([head, ...cells.map((row) => row[i] ?? "")]));
  const widths = fitted(columns, natural, width);
  if (!widths) return blocks(heads, cells, width);
  const table = new Table({
    chars: { ...BARE, middle: " ".repeat(GAP) },
    style: STYLE,
    colWidths: [...widths],
    colAligns: columns.map(({ isNumber }) => (isNumber ? "right" : "left")),
  });
  for (const row of [heads, ...cells])
    table.push(
      row.map((cell, i) => (columns[i]?.cuts === "class" ? shortClass(cell, widths[i] ?? 0) : cell)),
    );
  const [head = "", ...lines] = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  return [bold(head), ...lines].join("\n");
};

/** What is longer is no id and no name, and the table takes minutes to measure a hundred kilobytes of it. */
const LONGEST = 1_000;

const bounded = (cell: string, isClass: boolean): string => {
  if (cell.length <= LONGEST) return cell;
  return isClass ? shortClass(cell, LONGEST) : `${cell.slice(0, LONGEST)}…`;
};

/** The widths of the columns; undefined when there is no room for all of them. */
const fitted = (
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): readonly number[] | undefined => {
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1)) - width;
  for (const cuts of ORDER) {
    for (const [i, column] of columns.entries()) {
      if (over <= 0 || column.cuts !== cuts) continue;
      const given = Math.min(over, Math.max(0, (widths[i] ?? 0) - LEAST[cuts]));
      widths[i] = (widths[i] ?? 0) - given;
      over -= given;
    }
  }
  return over <= 0 ? widths : undefined;
};

/** As the table counts it, by which a Chinese character has two columns. */
const widthOf = (texts: readonly string[]): number => {
  const table = new Table({ style: STYLE });
  for (const text of texts) table.push([text]);
  // The border at its top is one wider at each side.
  return Math.max(1, table.toString().indexOf("\n") - 2);
};
