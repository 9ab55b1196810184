/** A list without lines around it, which fits its terminal. */
import { blocks } from "./blocks.ts";
import { shortClass } from "./class-name.ts";
import { narrowed, naturalWidths, rowText } from "./narrowed.ts";
import type { Column } from "./narrowed.ts";
import { bold } from "./terminal-room.ts";

/** @param rows cells that a terminal may show */
export const listTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string => {
  const heads = columns.map(({ head }) => head);
  const cells = rows.map((row) => row.map((cell, i) => bounded(cell, columns[i]?.cuts === "class")));
  const widths = narrowed(columns, naturalWidths(columns, cells), width);
  if (!widths) return blocks(heads, cells, width);
  const [head = "", ...lines] = [heads, ...cells].map((row) => rowText(columns, widths, row).trimEnd());
  return [bold(head), ...lines].join("\n");
};

/** What is longer is no id and no name, and where there is no table it would be all that one sees. */
const LONGEST = 1_000;

const bounded = (cell: string, isClass: boolean): string => {
  if (cell.length <= LONGEST) return cell;
  return isClass ? shortClass(cell, LONGEST) : `${cell.slice(0, LONGEST)}…`;
};
