/** Rows that no table has room for: each as lines of its own, the name, and below it the rest with what it is. */

export const blocks = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string =>
  rows
    .flatMap(([name = "", ...cells]) => {
      const pairs = cells.flatMap((cell, i) => (cell === "" ? [] : [`${head[i + 1] ?? ""}: ${cell}`]));
      return [...chunks(name, width), ...flowed(pairs, width - INDENT.length).map((line) => INDENT + line)];
    })
    .join("\n");

const INDENT = "  ";
const GAP = "  ";

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

/** A text that is wider than a line goes on in the next one. */
const chunks = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (let i = 0; i < text.length; i += width) lines.push(text.slice(i, i + width));
  return lines;
};
