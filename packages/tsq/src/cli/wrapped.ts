/** A text on as many lines as it needs, broken at spaces where it has some. */

/** @param indent of the lines behind the first */
export const wrapped = (text: string, width: number, indent = 2): readonly string[] => {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const at = rest.lastIndexOf(" ", width);
    // A word that is as wide as all the line goes on in the next one.
    const cut = at > indent ? at : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = " ".repeat(Math.min(indent, width - 1)) + rest.slice(cut).trimStart();
  }
  return [...lines, rest];
};
