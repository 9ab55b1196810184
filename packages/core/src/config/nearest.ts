/** Names that nobody knows: what was probably meant by them, and the refusal that says so. */
import { ConfigError } from "../errors.ts";
import { quoted } from "../report/inspect.ts";

/**
 * The known name that a slip of the keys (`concurency`) or another spelling (`waitUntil` for `wait_until`) makes
 * of this one; undefined when none is near.
 */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((one) => ({ one, slips: slipsBetween(squeezed(name), squeezed(one)) }))
    .filter(({ one, slips }) => slips <= slipsAllowed(squeezed(one)))
    .sort((a, b) => a.slips - b.slips);
  return best?.one;
};

/**
 * Refuses options that nobody would look at: most likely one is misspelled, and its default would be used.
 *
 * @returns the options, as the object that they are
 * @throws ConfigError when they are no object; naming the option, the one that was probably meant, or all there are
 */
export const refuseUnknown = (
  of: string,
  options: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> => {
  if (!isRecord(options)) {
    const remedy = insteadOf(options, known);
    throw new ConfigError(`Expected the options of ${of} to be an object, got ${kindOf(options)}. ${remedy}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new ConfigError(unknownName("option", of, name, known));
  }
  return options;
};

/** Whether a value can hold options: no text, list or function, whose parts would be taken for their names. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value that is no object, by its kind: a text may be a URL with a password. */
export const kindOf = (value: unknown): string => {
  if (typeof value === "object")
    return Array.isArray(value) ? "an array" : value === null ? "`null`" : "an object";
  return value === undefined ? "`undefined`" : `a ${typeof value}`;
};

const insteadOf = (value: unknown, known: readonly string[]): string => {
  if (typeof value === "string" && known.includes("redis")) return 'Write `{ redis: "redis://…" }`.';
  if (known.includes("jobs")) return "Write `{ jobs: [job] }`.";
  return "Leave them out, or pass `{}`.";
};

/** The sentence for a name that is none of those. */
export const unknownName = (kind: string, of: string, name: unknown, known: readonly string[]): string => {
  // From JavaScript anything can come.
  const text = String(name);
  const meant = nearest(text, known);
  const remedy = meant ? `Did you mean \`${meant}\`?` : `There are ${known.join(", ")}.`;
  return `Expected ${kind}s of ${of} that tsq knows, got ${quoted(text.replace(/\s+/g, " "))}. ${remedy}`;
};

const squeezed = (name: string): string => name.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();

// In a short name every letter counts: `bid` is no misspelled `jid`, and a `deal` is not `dead`.
const slipsAllowed = ({ length }: string): number => (length <= 3 ? 0 : length <= 8 ? 1 : 2);
const isShort = ({ length }: string): boolean => length <= 4;

const MOST_SLIPS = 2;

/** Letters to add, drop or change, or neighbours to swap (optimal string alignment). */
const slipsBetween = (a: string, b: string): number => {
  // A name of a thousand letters is near nothing, and would cost its square.
  if (Math.abs(a.length - b.length) > MOST_SLIPS) return Infinity;
  const change = isShort(b) ? MOST_SLIPS : 1;
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [
        at(row, j - 1) + (isSame ? 0 : change),
        at(row, j) + 1,
        at(next, j - 1) + 1,
        isSwapped ? at(before, j - 2) + 1 : Infinity,
      ];
      next.push(Math.min(...ways));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
};

const at = (row: readonly number[], i: number): number => row[i] ?? Infinity;
