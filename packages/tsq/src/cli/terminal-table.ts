/** A table that fits its terminal: names are cut while they stay apart, numbers are not, and what is still too wide stands one below the other. */
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

/** Each row as lines of its own: the name, and below it the rest with what it is. */
const blocks = (head: readonly string[], rows: readonly (readonly string[])[], width: number): string =>
  rows
    .flatMap(([name = "", ...cells]) => {
      const pairs = cells.flatMap((cell, i) => (cell === "" ? [] : [`${head[i + 1] ?? ""}: ${cell}`]));
      return [...chunks(name, width), ...flowed(pairs, width - INDENT.length).map((line) => INDENT + line)];
    })
    .join("\n");

const INDENT = "  ";

/** As many on a line as fit there. */
const flowed = (texts: readonly string[], width: number): readonly string[] => {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + GAP.length + text.length <= width)
      lines[lines.length - 1] = last + GAP + text;
    else lines.push(...chunks(text, width));
  }
  return lines;
};

const GAP = "  ";

/** A text that is wider than a line goes on in the next one. */
const chunks = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (let i = 0; i < text.length; i += width) lines.push(text.slice(i, i + width));
  return lines;
};

/** Of the border at its top, whose characters have one column each. */
const widthOf = (plain: string): number => plain.indexOf("\n");

/** A pipe has no end, unless COLUMNS says so. */
const columns = (): number =>
  process.stdout.columns || Number(process.env["COLUMNS"]) || Number.POSITIVE_INFINITY;

/** The table's own look at TERM would colour a pipe too. */
const hasColors = (): boolean => process.stdout.isTTY && process.stdout.hasColors();
