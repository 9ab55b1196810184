/** A table that fits its terminal: names are cut while they stay apart, numbers are not, and what is still too wide stands one below the other. */
import Table from "cli-table3";
import { blocks } from "./blocks.ts";
import { columns, hasColors } from "./terminal-room.ts";

export interface TerminalTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether the first column holds names, which may be cut. @default false */
  readonly hasNames?: boolean;
}

// A name of which less is left names nothing.
const SHORTEST_NAME = 8;
const PLAIN = { head: [], border: [] };
const NARROW = { "padding-right": 0 };

export const terminalTable = ({ head, rows, hasNames = false }: TerminalTable): string => {
  const style = hasColors() ? {} : PLAIN;
  const tooWide = (own: object = {}): number => widthOf(render(head, rows, { ...PLAIN, ...own })) - columns();
  if (tooWide() <= 0) return render(head, rows, style);
  if (hasNames) {
    const first = (render(head, rows, PLAIN).split("\n")[0] as string).indexOf("┬") - 1;
    const width = first - tooWide();
    if (width >= SHORTEST_NAME && staysApart(rows, width)) return render(head, rows, style, [width]);
    return blocks(head, rows, columns());
  }
  if (tooWide(NARROW) <= 0) return render(head, rows, { ...style, ...NARROW });
  const turned = head.map((name, i) => [name, ...rows.map((row) => row[i] ?? "")]);
  return render([], turned, style);
};

const render = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: object,
  colWidths: number[] = [],
): string => {
  const table = new Table({ style, head: [...head], colWidths });
  for (const row of rows) table.push([...row]);
  return table.toString();
};

/** What a column has beside the text of a name that is cut: a blank at each side, and the mark of the cut. */
const BESIDE = 3;

/** Whether names that are cut to a column of this width are still different ones. */
const staysApart = (rows: readonly (readonly string[])[], width: number): boolean => {
  const names = rows.map(([name = ""]) => name);
  const cut = names.map((name) =>
    name.length <= width - BESIDE + 1 ? name : `${name.slice(0, width - BESIDE)}…`,
  );
  return new Set(cut).size === new Set(names).size;
};

/** Of the border at its top, whose characters have one column each. */
const widthOf = (plain: string): number => plain.indexOf("\n");
