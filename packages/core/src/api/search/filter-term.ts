/** One word of a filter: as it is typed into a search box, and as an object. */
import { unknownName } from "../../config/nearest.ts";
import { FilterError } from "../../errors.ts";
import { quoted, shown } from "../../report/inspect.ts";
import { instantOf, TIMES } from "./filter-time.ts";

/** What a word of a filter is about. */
export type FilterKind = "class" | "queue" | "tag" | "error" | "jid" | "group" | "after" | "before" | "text";

/** One word of a filter, complete. */
export interface FilterTerm {
  /**
   * `class` is the name as the pages show it, `error` the class of the last error, `group` the id of an `ErrorGroup`, `after`
   * and `before` a time, and `text` a part of the arguments or of the error's message.
   */
  readonly kind: FilterKind;
  /** What to look for; of `after` and `before` a time as it was written, such as `2030-01-01` or `2h`. */
  readonly value: string;
  /** Whether it names what is left out. */
  readonly isNot: boolean;
  /** Whether a `*` in the value stands for any text. Never of `text`, `after` and `before`. */
  readonly isPattern: boolean;
}

/** One word of a filter, with what may be left out. */
export interface FilterTermInput {
  readonly kind: FilterKind;
  readonly value: string;
  /** @default false */
  readonly isNot?: boolean;
  /** @default false */
  readonly isPattern?: boolean;
}

/** What stands before a `:`. */
const KEYS: readonly FilterKind[] = ["class", "queue", "tag", "error", "jid", "group", "after", "before"];
const KINDS: readonly FilterKind[] = [...KEYS, "text"];

/** A word that begins like this is about a field, or wanted to be: `Net::Timeout` and `https://…` are text. */
const KEY = /^([a-z_]+):(?![:/])/i;
const COMPARISON = /^at(?:>=?|<=?)/i;

/** A word as it stands in the text: what is before its value, and the value. */
export interface WrittenWord {
  readonly isNot: boolean;
  /** `class`, `at>` or nothing. */
  readonly key: string;
  readonly value: string;
  readonly isQuoted: boolean;
}

/** @throws FilterError when nobody knows its key, or its value is none */
export const termOf = ({ isNot, key, value, isQuoted }: WrittenWord): FilterTerm => {
  const kind = kindOf(key, value);
  if (value === "" && !(isQuoted && kind !== "text")) {
    const before = (isNot ? "-" : "") + (key === "" || /[<>=]$/.test(key) ? key : `${key}:`);
    throw new FilterError(
      `Expected something to look for behind \`${before}\`, got nothing. Write it without a space between, or leave the word out.`,
    );
  }
  return checked({ kind, value, isNot, isPattern: !isQuoted && hasPattern(kind) && value.includes("*") });
};

/** @throws FilterError when it is no word of a filter */
export const completed = (term: FilterTermInput): FilterTerm => {
  // From JavaScript, or out of a URL, anything can come.
  const { kind, value, isNot = false, isPattern = false } = (term ?? {}) as Partial<FilterTerm>;
  if (kind === undefined || !KINDS.includes(kind)) {
    throw new FilterError(unknownName("kind", "a filter's word", kind, KINDS));
  }
  if (typeof value !== "string" || (kind === "text" && value === "")) {
    throw new FilterError(`Expected text to look for as \`${kind}\`, got ${typeof value}.`);
  }
  for (const [name, flag] of Object.entries<unknown>({ isNot, isPattern })) {
    if (typeof flag === "boolean") continue;
    throw new FilterError(`Expected \`${name}\` of a filter's word to be true or false, got ${shown(flag)}.`);
  }
  return checked({ kind, value, isNot, isPattern: isPattern && hasPattern(kind) });
};

/** The word as it is typed: `termOf` reads the same from it. */
export const wordOf = ({ kind, value, isNot, isPattern }: FilterTerm): string => {
  const before = isNot ? "-" : "";
  const key = kind === "text" ? "" : `${kind}:`;
  // A star in quotes is a star; of plain words it is always one.
  const isMistaken = kind === "text" ? looksLikeAnother(value) : !isPattern && value.includes("*");
  return before + key + (isMistaken || needsQuotes(value) ? inQuotes(value) : value);
};

const needsQuotes = (value: string): boolean => value === "" || /\s/.test(value) || value.startsWith('"');

const looksLikeAnother = (value: string): boolean =>
  value.startsWith("-") || KEY.test(value) || COMPARISON.test(value);

const inQuotes = (value: string): string => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

const hasPattern = (kind: FilterKind): boolean => kind !== "text" && !isTime(kind);
const isTime = (kind: FilterKind): boolean => kind === "after" || kind === "before";

const kindOf = (key: string, value: string): FilterKind => {
  const name = key.toLowerCase();
  if (name === "") return "text";
  if (name.startsWith("at>")) return "after";
  if (name.startsWith("at<")) return "before";
  const known = KEYS.find((kind) => kind === name);
  if (known) return known;
  throw new FilterError(
    `${unknownName("word", "a filter", key, KEYS)} To look for the text itself write it in quotes: \`"${quoted(`${key}:${value}`, 40).slice(1, -1)}"\`.`,
  );
};

const checked = (term: FilterTerm): FilterTerm => {
  if (isTime(term.kind) && instantOf(term.value, 0) === undefined) {
    throw new FilterError(`Expected a time behind \`${term.kind}:\`, got ${quoted(term.value)}. ${TIMES}`);
  }
  if (term.isPattern && /[\s"]/.test(term.value)) {
    throw new FilterError(
      `Expected a pattern without spaces and quotes, got ${quoted(term.value)}. Put a \`*\` in their place.`,
    );
  }
  return term;
};

/** Cuts a text into words. @throws FilterError when a quote is not closed */
export const wordsIn = (text: string): readonly WrittenWord[] => {
  const words: WrittenWord[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const isNot = rest.startsWith("-");
    if (isNot) rest = rest.slice(1);
    const before = (KEY.exec(rest) ?? COMPARISON.exec(rest))?.[0] ?? "";
    rest = rest.slice(before.length);
    const isQuoted = rest.startsWith('"');
    const written = isQuoted ? quotedAt(rest) : (/^\S*/.exec(rest)?.[0] ?? "");
    const key = before.endsWith(":") ? before.slice(0, -1) : before;
    const value = isQuoted ? written.slice(1, -1).replaceAll(/\\(.)/gs, "$1") : written;
    words.push({ isNot, key, value, isQuoted });
    rest = rest.slice(written.length).trimStart();
  }
  return words;
};

const quotedAt = (rest: string): string => {
  const found = /^"(?:[^"\\]|\\.)*"(?=\s|$)/s.exec(rest)?.[0];
  if (found !== undefined) return found;
  throw new FilterError(
    `Expected a quote that ends before a space, got ${quoted(rest, 40)}. Close it, and write a quote inside as \`\\"\`.`,
  );
};
