/** Keeps what a mask hides among the arguments from standing in the message of an error. */
import { MASKED } from "./mask.ts";

// What is shorter stands in many a message by chance.
const SHORTEST = 4;
const MOST_VALUES = 1_000;

/**
 * The text without the values that are hidden.
 *
 * @param args as they are
 * @param shown as somebody may see them; the same object where nothing is hidden
 */
export const withoutHidden = (text: string, args: readonly unknown[], shown: readonly unknown[]): string => {
  if (args === shown) return text;
  const seen = leavesOf(shown);
  // The longest first: one may hold another.
  const hidden = [...leavesOf(args)]
    .filter((leaf) => !seen.has(leaf))
    .sort((one, other) => other.length - one.length);
  return hidden.reduce((rest, value) => rest.replaceAll(value, MASKED), text);
};

/** All values that are no lists and no objects, as text. */
const leavesOf = (args: readonly unknown[]): ReadonlySet<string> => {
  const leaves = new Set<string>();
  const left: unknown[] = [args];
  while (left.length > 0 && leaves.size < MOST_VALUES) {
    const value = left.pop();
    if (typeof value === "object" && value !== null) left.push(...Object.values(value).slice(0, MOST_VALUES));
    else if (String(value).length >= SHORTEST) leaves.add(String(value));
  }
  return leaves;
};
