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
  const blocks = matchesIn(
    source,
    /^([ \t]*)(class|module)[ \t]+([A-Z][\w:]*)(?:[ \t]*<[ \t]*([A-Z][\w:]*))?/m,
  ).flatMap((match) => {
    const [head, indent = "", kind = "", name = "", parent] = match;
    const to = endOf(source.bare, match.index + head.length, indent);
    return to === undefined ? [] : [{ from: match.index, to, kind, name, parent }];
  });
  return blocks
    .filter(({ kind }) => kind === "class")
    .map(({ from, to, name, parent }) => {
      const around = blocks.filter((block) => block.from < from && block.to > to).map((block) => block.name);
      const line = lineAt(source.text, from + /^\s*/.exec(source.bare.slice(from, to))![0].length);
      return { name: [...around, name].join("::"), parent, source, line, from, to };
    });
};

const endOf = (bare: string, from: number, indent: string): number | undefined => {
  const line = bare.slice(from, bare.indexOf("\n", from) === -1 ? undefined : bare.indexOf("\n", from));
  // `class CustomError < StandardError; end`
  if (/;\s*end\s*$/.test(line)) return from + line.length;
  const end = new RegExp(`^${indent}end\\b`, "m").exec(bare.slice(from));
  return end ? from + end.index + end[0].length : undefined;
};

/** What a class says in its own body: the text of each call, and where. Those of classes within it are not its own. */
export const callsOf = (
  { source, from, to }: RubyClass,
  name: string,
  inner: readonly RubyClass[] = [],
): readonly { readonly text: string; readonly line: number }[] =>
  matchesIn(source, new RegExp(`(?<![\\w.:@])${name}\\b(?!:(?!:)|\\s*=(?![=~]))`))
    .filter(({ index }) => index > from && index < to)
    .filter(
      ({ index }) =>
        !inner.some((one) => one.source === source && one.from > from && one.from < index && one.to > index),
    )
    .map(({ index }) => ({ text: statementAt(source, index), line: lineAt(source.text, index) }));

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
