/** How many columns a text takes on a terminal, where a Chinese character has two and an accent none, and where to cut it. */
import stringWidth from "string-width";

const PLAIN = /^[\x20-\x7e]*$/;

/** As the tables count. */
export const widthOf = (text: string): number => (PLAIN.test(text) ? text.length : stringWidth(text));

/** What is longer than this for its columns has hundreds of accents on a letter, and is broken among them. */
const MOST_UNITS = 4;

/**
 * Where the piece ends that begins at a place and has room in so many columns: behind one character at least, and never within one.
 * What it costs depends on the columns alone: the text may be a megabyte.
 */
export const endOfPiece = (text: string, from: number, columns: number): number => {
  const piece = text.slice(from, Math.min(text.length, from + columns * MOST_UNITS));
  const isWhole = from + piece.length === text.length;
  if (PLAIN.test(piece)) return Math.min(text.length, from + columns);
  if (isWhole && stringWidth(piece) <= columns) return text.length;
  let [fits, above] = [0, piece.length];
  while (above - fits > 1) {
    const middle = Math.floor((fits + above) / 2);
    if (stringWidth(piece.slice(0, middle)) <= columns) fits = middle;
    else above = middle;
  }
  const character = new Intl.Segmenter().segment(piece).containing(fits);
  if (!character) return from + fits;
  // One that is wider than the line stands there all the same.
  return from + (character.index > 0 ? character.index : character.segment.length);
};

const CUT = "…";

/** At most so many columns, the mark of the cut among them. */
export const cutText = (text: string, columns: number): string => {
  if (columns <= 0) return "";
  if (endOfPiece(text, 0, columns) === text.length && widthOf(text) <= columns) return text;
  const cut = text.slice(0, endOfPiece(text, 0, Math.max(1, columns - 1))) + CUT;
  // Beside the mark of the cut there is no room for a letter of two columns.
  return widthOf(cut) <= columns ? cut : CUT;
};

/** Exactly so many columns; numbers stand at the right. */
export const padText = (text: string, columns: number, isNumber = false): string => {
  const cut = cutText(text, columns);
  const blanks = " ".repeat(Math.max(0, columns - widthOf(cut)));
  return isNumber ? blanks + cut : cut + blanks;
};
