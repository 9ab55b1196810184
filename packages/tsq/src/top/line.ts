/** A line of the screen: pieces of text with what they mean, and how a terminal shows that. */
import { cutText, widthOf } from "../cli/text-width.ts";

/** What a piece of a line is. */
export type Tone = "plain" | "strong" | "faint" | "chosen" | "good" | "warning" | "bad";

/** @param text that a terminal may show: no control characters */
export type Span = string | readonly [text: string, tone: Tone];

export type Line = readonly Span[];

const ON: Readonly<Record<Tone, string>> = {
  plain: "",
  strong: "\u001b[1m",
  faint: "\u001b[2m",
  chosen: "\u001b[7m",
  good: "\u001b[32m",
  warning: "\u001b[33m",
  bad: "\u001b[31m",
};
const OFF = "\u001b[0m";

/** What is written of it, at most so many columns. */
export const paint = (line: Line, columns: number, hasColors: boolean): string => {
  let left = columns;
  let painted = "";
  for (const span of line) {
    const [text, tone] = typeof span === "string" ? [span, "plain" as const] : span;
    const cut = cutText(text, left);
    left -= widthOf(cut);
    painted += hasColors && tone !== "plain" && cut !== "" ? ON[tone] + cut + OFF : cut;
    if (left <= 0) break;
  }
  return painted;
};

/** Its text alone. */
export const plainText = (line: Line): string =>
  line.map((span) => (typeof span === "string" ? span : span[0])).join("");

export const widthOfLine = (line: Line): number => widthOf(plainText(line));
