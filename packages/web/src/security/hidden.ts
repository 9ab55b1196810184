/** Keeps what a mask hides of a job from standing in the message of an error. */
import { MASKED } from "./mask.ts";
import { normalized } from "./normalized.ts";
import type { Normalized } from "./normalized.ts";

// What is shorter stands in many a message by chance: it is hidden behind its own key alone.
const SHORTEST = 4;
// Beyond these nobody can say in time what is hidden, and nothing of the message is shown.
const MOST_VALUES = 1_000;
const MOST_STEPS = 100_000;

/**
 * The text without the values that are hidden, as they are and as JSON, Ruby or an address would write them.
 *
 * @param whole what there is
 * @param shown the same as somebody may see it; the very same object where nothing is hidden
 */
export const withoutHidden = (text: string, whole: unknown, shown: unknown): string =>
  hiderOf(whole, shown)(text);

/** @param isCut whether the text may end within a value, of which the beginning is hidden then as well */
export type Hider = (text: string, isCut?: boolean) => string;

/** The same for many texts of one job. */
export const hiderOf = (whole: unknown, shown: unknown): Hider => {
  if (whole === shown) return (text) => text;
  const hidden = hiddenOf(whole, shown);
  if (hidden === undefined) return (text) => (text === "" ? text : MASKED);
  if (hidden.values.size + hidden.pairs.size === 0) return (text) => text;
  return (text, isCut = false) => {
    const plain = normalized(text);
    const begun = isCut ? [...begunIn(plain.text, hidden)] : [];
    return replaced(text, plain, [...rangesOf(plain.text, hidden), ...begun]);
  };
};

interface Hidden {
  readonly values: Set<string>;
  /** Short ones, with the key that they stand under. */
  readonly pairs: Map<string, readonly [key: string, value: string]>;
}

/** Undefined where they are too many to look at. */
const hiddenOf = (whole: unknown, shown: unknown): Hidden | undefined => {
  const hidden: Hidden = { values: new Set(), pairs: new Map() };
  const left: (readonly [value: unknown, shown: unknown, key: string])[] = [[whole, shown, ""]];
  for (let steps = 0; ; steps++) {
    const next = left.pop();
    if (!next) return hidden;
    if (steps + left.length > MOST_STEPS || hidden.values.size + hidden.pairs.size > MOST_VALUES) {
      return undefined;
    }
    const [value, seen, key] = next;
    // What a mask leaves alone is the same object: only the way to the secrets is walked.
    if (value === seen || value === undefined || value === null) continue;
    if (typeof value !== "object") {
      keep(hidden, value, key);
      continue;
    }
    const isList = Array.isArray(value);
    const fields = new Map<string, unknown>(
      typeof seen === "object" && seen !== null && isList === Array.isArray(seen) ? Object.entries(seen) : [],
    );
    const entries = Object.entries(value);
    // One by one they can be compared only where none was taken out.
    const isComparable = !isList || entries.length === fields.size;
    const elsewhere = isList && !isComparable ? new Set(fields.values()) : undefined;
    for (const [name, inner] of entries) {
      if (elsewhere?.has(inner)) continue;
      left.push([inner, isComparable ? fields.get(name) : undefined, isList ? key : name]);
    }
  }
};

const keep = ({ values, pairs }: Hidden, value: unknown, key: string): void => {
  // Of two values there are, one is no secret.
  if (typeof value === "boolean") return;
  const { text } = normalized(String(value));
  if (text.length >= SHORTEST) values.add(text);
  else if (text !== "" && key !== "") {
    const name = normalized(key).text;
    pairs.set(`${name} ${text}`, [name, text]);
  }
};

type Range = readonly [from: number, to: number];

function* rangesOf(text: string, { values, pairs }: Hidden): Generator<Range> {
  for (const value of values) {
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
      yield [at, at + value.length];
    }
  }
  for (const [key, value] of pairs.values()) {
    const pair = new RegExp(
      String.raw`${escaped(key)}[^\p{L}\p{N}]{1,12}(${escaped(value)})(?![\p{L}\p{N}])`,
      "dgu",
    );
    for (const { indices } of text.matchAll(pair)) if (indices?.[1]) yield indices[1];
  }
}

/** Where a text ends within a value. */
function* begunIn(text: string, { values }: Hidden): Generator<Range> {
  for (const value of values) {
    const beginning = value.slice(0, SHORTEST);
    const from = Math.max(0, text.length - value.length);
    for (let at = text.indexOf(beginning, from); at !== -1; at = text.indexOf(beginning, at + 1)) {
      if (value.startsWith(text.slice(at))) yield [at, text.length];
    }
  }
}

const escaped = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);

/** With one mask for what overlaps or touches. */
const replaced = (text: string, { starts }: Normalized, ranges: Range[]): string => {
  const sorted = ranges.sort(([one], [other]) => one - other);
  let [rest, end] = ["", -1];
  let shownTo = 0;
  for (const [from, to] of sorted) {
    if (from > end) rest += text.slice(shownTo, starts[from]) + MASKED;
    end = Math.max(end, to);
    shownTo = starts[end] ?? text.length;
  }
  return rest + text.slice(shownTo);
};
