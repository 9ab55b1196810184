/**
 * Puts compiled code back onto the lines of its source, so that a stack names the line its author wrote.
 * Node reads no source map of code that is run from memory.
 */

/**
 * @param mappings of the source map that came with the code
 * @param isWithin whether a line, from 0, begins inside of a template or another token that holds its line ends
 */
export const keepLines = (code: string, mappings: string, isWithin: (line: number) => boolean): string => {
  const sources = sourceLines(mappings);
  let text = "";
  let at = 0;
  for (const [index, line] of code.split("\n").entries()) {
    if (index > 0 && isWithin(index)) {
      text += `\n${line}`;
      at++;
      continue;
    }
    // What is left of comments says nothing to a machine, and would swallow what is put behind it.
    if (/^\s*(?:\/\/|#!)/.test(line)) continue;
    const behind = Math.max((sources[index] ?? 0) - at, 0);
    text += "\n".repeat(behind) + (behind > 0 || text === "" ? "" : " ") + line;
    at += behind;
  }
  return text;
};

/** For each line of the code the line of the source, from 0, that its first mapped token comes from. */
const sourceLines = (mappings: string): (number | undefined)[] => {
  let source = 0;
  return mappings.split(";").map((line) => {
    let first: number | undefined;
    for (const segment of line.split(",")) {
      const [, , delta] = numbersOf(segment);
      if (delta === undefined) continue;
      source += delta;
      first ??= source;
    }
    return first;
  });
};

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base 64 VLQ: six bits a letter, of which the highest says that more follow; the lowest of all is the sign. */
const numbersOf = (segment: string): number[] => {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
};
