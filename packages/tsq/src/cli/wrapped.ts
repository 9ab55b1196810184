/** A text on as many lines as it needs, broken at spaces where it has some. */
import { endOfPiece } from "./text-width.ts";

/** @param indent of the lines behind the first */
export const wrapped = (text: string, width: number, indent = 2): readonly string[] => {
  const lines: string[] = [];
  const margin = " ".repeat(Math.min(indent, width - 1));
  let before = "";
  let from = 0;
  // By index: what is left of a megabyte, copied for each line, is gigabytes.
  for (;;) {
    const end = endOfPiece(text, from, width - before.length);
    if (end === text.length) return [...lines, before + text.slice(from)];
    const space = text.slice(from, end + 1).lastIndexOf(" ");
    // A word that is as wide as all the line goes on in the next one.
    const cut = before.length + space > indent ? space : end - from;
    lines.push((before + text.slice(from, from + cut)).trimEnd());
    from += cut;
    while (text[from] === " ") from++;
    before = margin;
  }
};

/** What a terminal has room for; one that was not told its size has 0 columns. */
interface Room {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Sentences, a line each, broken at words where they are on a terminal: whatever reads a pipe gets each line as it is. */
export const fitted = (text: string, { isTTY, columns }: Room): string => {
  if (!isTTY || !columns) return text;
  // What is further in goes on further in.
  const lines = text.split("\n").flatMap((line) => wrapped(line, columns, line.startsWith(" ") ? 4 : 0));
  return lines.join("\n");
};
