/** Text on as many lines of the screen as it needs. */
import { wrapped } from "../cli/wrapped.ts";

const CUT = "…";

/** So much is on no screen. */
const MOST_LINES = 500;

/** On as many lines as it needs, broken at spaces where it has some. */
export const wrapTo = (text: string, width: number): readonly string[] => {
  const most = MOST_LINES * width;
  return text.length <= most ? wrapped(text, width, 0) : [...wrapped(text.slice(0, most), width, 0), CUT];
};
