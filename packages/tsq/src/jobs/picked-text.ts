/** What was picked one by one, for the audit trail: as many as there is room for. */
import { withCommas } from "../cli/counted.ts";

/** @param room in characters */
export const pickedText = (names: readonly string[], room: number): string => {
  const head = `${withCommas(names.length)} picked: `;
  return `${head}${namesText(names, room - head.length)}`;
};

export const namesText = (names: readonly string[], room: number): string => {
  let text = "";
  for (const [i, name] of names.entries()) {
    const isLast = i === names.length - 1;
    // A comma, a space, and the dots that may come next.
    if (text.length + name.length + (isLast ? 0 : 3) > room) return `${text}…`;
    text += isLast ? name : `${name}, `;
  }
  return text;
};
