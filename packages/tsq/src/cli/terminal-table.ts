/** A table that fits its terminal: names are cut, numbers are not, and what is still too wide stands one below the other. */
import Table from "cli-table3";

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
    return render(head, rows, style, [Math.max(SHORTEST_NAME, first - tooWide())]);
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

/** Of the border at its top, whose characters have one column each. */
const widthOf = (plain: string): number => plain.indexOf("\n");

/** A pipe has no end, unless COLUMNS says so. */
const columns = (): number =>
  process.stdout.columns || Number(process.env["COLUMNS"]) || Number.POSITIVE_INFINITY;

/** The table's own look at TERM would colour a pipe too. */
const hasColors = (): boolean => process.stdout.isTTY && process.stdout.hasColors();
