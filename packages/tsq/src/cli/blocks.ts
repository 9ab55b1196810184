/** Rows that no table has room for: each as lines of its own, the name, and below it the rest with what it is. */
import { endOfPiece, widthOf } from "./text-width.ts";

export const blocks = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string =>
  rows
    .flatMap(([name = "", ...cells]) => {
      const pairs = cells.flatMap((cell, i) => (cell === "" ? [] : [`${head[i + 1] ?? ""}: ${cell}`]));
      return [
        ...chunks(name, width, MOST_OF_NAME),
        ...flowed(pairs, width - INDENT.length).map((line) => INDENT + line),
      ];
    })
    .join("\n");

const INDENT = "  ";
const GAP = "  ";

/** So many lines a text has at most: one class of 60 kB would push all others off the screen. */
const MOST = 3;
/** Of an id that one types again none is missing; what has so many lines is none. */
const MOST_OF_NAME = 10;

/** As many on a line as fit there. */
const flowed = (texts: readonly string[], width: number): readonly string[] => {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + GAP.length + widthOf(text) <= width)
      lines[lines.length - 1] = last + GAP + text;
    else lines.push(...chunks(text, width, MOST));
  }
  return lines;
};

/** A text that is wider than a line goes on in the next one. */
const chunks = (text: string, width: number, most: number): readonly string[] => {
  const lines: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = endOfPiece(text, from, width);
    if (lines.length === most - 1 && end < text.length)
      return [...lines, `${text.slice(from, endOfPiece(text, from, width - 1))}…`];
    lines.push(text.slice(from, end));
    from = end;
  }
  return lines;
};
