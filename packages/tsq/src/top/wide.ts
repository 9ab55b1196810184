/** Text in so many columns of the screen. */
import { cutText, widthOf } from "../cli/text-width.ts";
import { wrapped } from "../cli/wrapped.ts";

const CUT = "…";

/** At most so many columns; what is cut ends in `…`. */
export const cutTo = (text: string, width: number): string => {
  if (width <= 0) return "";
  const cut = cutText(text, width);
  // Beside the mark of the cut there is no room for a letter of two columns.
  return widthOf(cut) <= width ? cut : CUT;
};

/** Exactly so many columns. */
export const padTo = (text: string, width: number, isNumber = false): string => {
  const cut = cutTo(text, width);
  const blanks = " ".repeat(Math.max(0, width - widthOf(cut)));
  return isNumber ? blanks + cut : cut + blanks;
};

/** So much is on no screen. */
const MOST_LINES = 500;

/** On as many lines as it needs, broken at spaces where it has some. */
export const wrapTo = (text: string, width: number): readonly string[] => {
  const most = MOST_LINES * width;
  return text.length <= most ? wrapped(text, width, 0) : [...wrapped(text.slice(0, most), width, 0), CUT];
};
