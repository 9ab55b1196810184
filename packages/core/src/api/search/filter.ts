/** What jobs to look for: words as in a search box, read once. */
import { FilterError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import type { JobRecord } from "../job-record.ts";
import { matcherOf } from "./filter-match.ts";
import type { Looked, Matcher } from "./filter-match.ts";
import { completed, termOf, wordOf, wordsIn } from "./filter-term.ts";
import type { FilterKind, FilterTerm, FilterTermInput } from "./filter-term.ts";
import { instantOf } from "./filter-time.ts";

const MOST_CHARACTERS = 4_000;
/** So many words a filter takes. */
export const MOST_WORDS = 50;

/** Of words about one of these, one must hold. */
const FIELDS: readonly FilterKind[] = ["class", "queue", "tag", "error", "jid", "group"];

/**
 * A filter: `class:HardJob -queue:low error:Net::* after:2h "card declined"`.
 *
 * Words are `class:`, `queue:`, `tag:`, `error:` (the class of the last error), `jid:`, `group:` (of
 * errors that are alike, the id of an `ErrorGroup`), `after:` and `before:` (or `at>` and
 * `at<`) with a time, and plain words, which are looked for in the arguments and in the error's message. A value with spaces
 * stands in quotes. A `*` outside of quotes stands for any text. Without a capital letter any case is meant. A `-` before a
 * word leaves out what it names. Of words about the same field, tags among them, one must hold; of plain words and times all.
 *
 * @example
 * const filter = Filter.parse("class:HardJob after:2h");
 * filter.with({ kind: "queue", value: "low", isNot: true }).text; // "class:HardJob after:2h -queue:low"
 */
export class Filter {
  /** Its words, as objects: `Filter.of()` reads them. */
  readonly terms: readonly FilterTerm[];
  readonly #groups: readonly (readonly Matcher[])[];
  readonly #nots: readonly Matcher[];

  private constructor(terms: readonly FilterTerm[]) {
    if (terms.length > MOST_WORDS) {
      throw new FilterError(`Expected at most ${MOST_WORDS} words in a filter, got ${terms.length}.`);
    }
    this.terms = terms;
    const wanted = terms.filter(({ isNot }) => !isNot);
    const fields = FIELDS.map((field) => wanted.filter(({ kind }) => kind === field));
    const others = wanted.filter(({ kind }) => !FIELDS.includes(kind)).map((term) => [term]);
    this.#groups = [...fields, ...others]
      .filter((group) => group.length > 0)
      .map((group) => group.map(matcherOf));
    this.#nots = terms.filter(({ isNot }) => isNot).map(matcherOf);
  }

  /**
   * Reads the text of a search box; an empty one finds all.
   *
   * @throws FilterError when a word is not understood; the message says which, and what was probably meant
   */
  static parse(text: string): Filter {
    // From JavaScript anything can come.
    if (typeof text !== "string") {
      throw new FilterError(`Expected the words of a filter as text, got ${shown(text)}.`);
    }
    if (text.length > MOST_CHARACTERS) {
      throw new FilterError(
        `Expected a filter of at most ${MOST_CHARACTERS} characters, got ${text.length}. Look for less.`,
      );
    }
    return new Filter(wordsIn(text).map(termOf));
  }

  /**
   * Makes one of objects.
   *
   * @throws FilterError when one is no word of a filter
   */
  static of(terms: readonly FilterTermInput[]): Filter {
    if (!Array.isArray(terms)) throw new FilterError(`Expected a list of words, got ${shown(terms)}.`);
    return new Filter(terms.map(completed));
  }

  /** The filter as one types it: `Filter.parse()` reads the same from it. */
  get text(): string {
    return this.terms.map(wordOf).join(" ");
  }

  /** Whether it finds all. */
  get isEmpty(): boolean {
    return this.terms.length === 0;
  }

  /** The same with one more word; itself when it has that word. @throws FilterError when it is no word */
  with(term: FilterTermInput): Filter {
    const added = completed(term);
    return this.terms.some((one) => isSame(one, added)) ? this : new Filter([...this.terms, added]);
  }

  /** The same without a word. @throws FilterError when it is no word */
  without(term: FilterTermInput): Filter {
    const removed = completed(term);
    return new Filter(this.terms.filter((one) => !isSame(one, removed)));
  }

  /**
   * Whether a job is one of those.
   *
   * @param at when it is due, has died, or was put on its queue: what `after:` and `before:` are compared with
   */
  matches(record: JobRecord, at?: Date, now = new Date()): boolean {
    return this.covers({ record, atMs: at?.getTime() ?? Number.NaN, nowMs: now.getTime() });
  }

  /** The same for many. */
  covers(looked: Looked): boolean {
    for (const group of this.#groups) if (!group.some((matches) => matches(looked))) return false;
    for (const matches of this.#nots) if (matches(looked)) return false;
    return true;
  }

  /** The times that bound what is found, in milliseconds: none before `fromMs`, none from `belowMs` on. */
  boundsAt(nowMs: number): { readonly fromMs: number; readonly belowMs: number } {
    const times = (wanted: FilterKind) =>
      this.terms
        .filter(({ kind, isNot }) => kind === wanted && !isNot)
        .flatMap(({ value }) => instantOf(value, nowMs) ?? []);
    return {
      fromMs: Math.max(-Infinity, ...times("after")),
      belowMs: Math.min(Infinity, ...times("before")),
    };
  }

  toString(): string {
    return this.text;
  }

  toJSON(): readonly FilterTerm[] {
    return this.terms;
  }
}

/** What may be given where a filter is wanted. */
export type FilterSource = Filter | string | readonly FilterTermInput[];

/** @throws FilterError when it is none */
export const filterOf = (source: FilterSource): Filter => {
  if (source instanceof Filter) return source;
  return typeof source === "string" ? Filter.parse(source) : Filter.of(source);
};

const isSame = (one: FilterTerm, other: FilterTerm): boolean =>
  one.kind === other.kind &&
  one.value === other.value &&
  one.isNot === other.isNot &&
  one.isPattern === other.isPattern;
