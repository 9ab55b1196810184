/** What was picked one by one, for the audit trail: as many as there is room for. */
import { withCommas } from "../cli/counted.ts";

/** The trail keeps so much of a note; what has ended the work may stand before it. */
const MOST_CHARACTERS = 400;

export const pickedText = (names: readonly string[]): string =>
  `${withCommas(names.length)} picked: ${namesText(names)}`;

export const namesText = (names: readonly string[]): string => {
  let text = "";
  for (const [i, name] of names.entries()) {
    if (text.length + name.length > MOST_CHARACTERS) return `${text}…`;
    text += i === names.length - 1 ? name : `${name}, `;
  }
  return text;
};
