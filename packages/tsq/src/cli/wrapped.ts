/** A text on as many lines as it needs, broken at spaces where it has some. */

/** @param indent of the lines behind the first */
export const wrapped = (text: string, width: number, indent = 2): readonly string[] => {
  const lines: string[] = [];
  const margin = " ".repeat(Math.min(indent, width - 1));
  let before = "";
  let from = 0;
  // By index: what is left of a megabyte, copied for each line, is gigabytes.
  while (before.length + text.length - from > width) {
    const room = width - before.length;
    const space = text.slice(from, from + room + 1).lastIndexOf(" ");
    // A word that is as wide as all the line goes on in the next one.
    const cut = before.length + space > indent ? space : room;
    lines.push((before + text.slice(from, from + cut)).trimEnd());
    from += cut;
    while (text[from] === " ") from++;
    before = margin;
  }
  return [...lines, before + text.slice(from)];
};
