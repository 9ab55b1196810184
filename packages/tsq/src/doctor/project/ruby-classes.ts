/** The classes of a Ruby project, as far as their lines say what they are. */
import { lineAt, matchesIn, statementAt } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";

export interface RubyClass {
  /** With the modules around it: `Crm::SyncJob`. */
  readonly name: string;
  readonly parent: string | undefined;
  readonly source: SourceText;
  readonly line: number;
  /** From its line to its `end`. */
  readonly from: number;
  readonly to: number;
}

/** Found by their indentation, as every formatter leaves it; a class whose `end` is not below it is left out. */
export const classesIn = (source: SourceText): readonly RubyClass[] => {
  const endOf = endsIn(source.bare);
  const classes: RubyClass[] = [];
  let around: { readonly to: number; readonly name: string }[] = [];
  for (const match of matchesIn(source, HEAD).slice(0, MOST_CLASSES)) {
    const [head, indent = "", kind = "", name = "", parent] = match;
    const from = match.index;
    const to = endOf(from + head.length, indent);
    if (to === undefined) continue;
    around = around.filter((block) => block.to > to);
    if (kind === "class") {
      const line = lineAt(source.text, from + indent.length);
      const names = [...around.map((block) => block.name), name];
      classes.push({ name: names.join("::"), parent, source, line, from, to });
    }
    around.push({ to, name });
  }
  return classes;
};

const HEAD = /^([ \t]*)(class|module)[ \t]+([A-Z][\w:]*)(?:[ \t]*<[ \t]*([A-Z][\w:]*))?/m;

/** A file of a person has a few. */
const MOST_CLASSES = 2_000;

/** Finds the `end` of an indentation from a place on, with one look at the text for all of them. */
const endsIn = (bare: string): ((from: number, indent: string) => number | undefined) => {
  const byIndent = new Map<string, number[]>();
  for (const { 0: found, 1: indent = "", index } of bare.matchAll(/^([ \t]*)end\b/gm)) {
    const ends = byIndent.get(indent) ?? [];
    if (ends.length === 0) byIndent.set(indent, ends);
    ends.push(index + found.length);
  }
  return (from, indent) => {
    const lineEnd = bare.indexOf("\n", from);
    const line = bare.slice(from, lineEnd === -1 ? undefined : lineEnd).trimEnd();
    // `class CustomError < StandardError; end`
    if (/;\s*end$/.test(line.slice(-LONGEST_END))) return from + line.length;
    const ends = byIndent.get(indent) ?? [];
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) <= from) low = middle + 1;
      else high = middle;
    }
    return ends[low];
  };
};

const LONGEST_END = 20;

/** What a class says in its own body: the text of each call, and where. Those of classes within it are not its own. */
export const callsOf = (
  { source, from, to }: RubyClass,
  name: string,
  inner: readonly RubyClass[] = [],
): readonly { readonly text: string; readonly file: string; readonly line: number }[] =>
  matchesIn(source, new RegExp(`(?<![\\w.:@])${name}\\b(?!:(?!:)|\\s*=(?![=~]))`), from + 1, to)
    .filter(
      ({ index }) =>
        !inner.some((one) => one.source === source && one.from > from && one.from < index && one.to > index),
    )
    .map(({ index }) => ({
      text: statementAt(source, index),
      file: source.path,
      line: lineAt(source.text, index),
    }));

/**
 * What an option of a call is, of those that a text can tell: a symbol, a string, a number, `true`, `false` or `nil`.
 * Undefined where it is not there, `dynamic` where it is anything else.
 */
export const optionOf = (call: string, key: string): RubyValue | undefined => {
  const named = new RegExp(
    `(?:(?<![\\w:])${key}:(?!:)|:${key}\\s*=>|["']${key}["']\\s*=>)\\s*([^,)}]*)`,
  ).exec(call);
  return named ? valueIn(named[1] ?? "") : undefined;
};

/** A value that is known, or one that only Ruby knows. */
export type RubyValue = { readonly known: string | number | boolean | null } | "dynamic";

export const valueIn = (text: string): RubyValue => {
  const value = text.trim().replace(/\s+(?:if|unless)\s.*$/s, "");
  const name = /^:(\w+[?!]?)$/.exec(value) ?? /^:?"([^"#\\]*)"$/.exec(value) ?? /^:?'([^'\\]*)'$/.exec(value);
  if (name) return text.trim() === value ? { known: name[1] as string } : "dynamic";
  if (/^-?\d[\d_]*$/.test(value)) return { known: Number(value.replaceAll("_", "")) };
  if (value === "true" || value === "false") return { known: value === "true" };
  return value === "nil" ? { known: null } : "dynamic";
};
