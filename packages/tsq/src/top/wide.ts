/** Text by the columns that a terminal gives it: a Chinese character has two, an accent of its own none. */
import stringWidth from "string-width";

const CUT = "…";
const ONE_EACH = /^[\u0020-\u007e]*$/;
const LETTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many columns. @param text that a terminal may show */
export const widthOf = (text: string): number => (ONE_EACH.test(text) ? text.length : stringWidth(text));

/** At most so many columns; what is cut ends in `…`. */
export const cutTo = (text: string, width: number): string => {
  if (width <= 0) return "";
  // Of a megabyte the beginning is enough: a letter has at least one unit for each of its columns.
  if (text.length <= width && ONE_EACH.test(text)) return text;
  if (text.length <= 4 * width && widthOf(text) <= width) return text;
  return beginning(text, width - 1) + CUT;
};

/** Exactly so many columns. */
export const padTo = (text: string, width: number, isNumber = false): string => {
  const cut = cutTo(text, width);
  const blanks = " ".repeat(Math.max(0, width - widthOf(cut)));
  return isNumber ? blanks + cut : cut + blanks;
};

/** On as many lines as it needs, broken at spaces where it has some. */
export const wrapTo = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width || widthOf(rest) > width) {
    const fits = beginning(rest, Math.max(2, width));
    const space = rest[fits.length] === " " ? fits.length : fits.lastIndexOf(" ");
    const end = space > 0 ? space : fits.length;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
    // So much is on no screen.
    if (lines.length >= MOST_LINES) return [...lines, CUT];
  }
  return rest === "" && lines.length > 0 ? lines : [...lines, rest];
};

const MOST_LINES = 500;

const beginning = (text: string, width: number): string => {
  if (ONE_EACH.test(text.slice(0, width))) return text.slice(0, width);
  let columns = 0;
  let end = 0;
  // Accents upon accents are one letter, which would be all of the text.
  for (const { segment } of LETTERS.segment(text.slice(0, 8 * width))) {
    columns += widthOf(segment);
    if (columns > width) break;
    end += segment.length;
  }
  return text.slice(0, end);
};
