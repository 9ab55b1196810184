/** The languages of a dashboard: which there are, which one a browser asks for, and its words. */
import type { Phrase } from "./phrase.ts";
import { EN } from "./en.ts";
import { Words } from "./words.ts";
import { LOCALES } from "./locales.ts";

/** Phrases by key. */
type Table = Readonly<Record<string, Phrase>>;

/** Phrases that others bring, by language and key. */
export type Tables = Readonly<Record<string, Table>>;

const DEFAULT = "en";

/** What a reader of one written Chinese or Norwegian can read, where what was asked for is not there at all. */
const NEAREST: Readonly<Record<string, string>> = {
  "zh-hant": "zh-TW",
  "zh-hk": "zh-TW",
  "zh-mo": "zh-TW",
  zh: "zh-CN",
  no: "nb",
  nn: "nb",
  iw: "he",
};

/** A language as it is offered. */
export interface Language {
  readonly tag: string;
  /** In itself: `Português`. */
  readonly name: string;
}

/** Languages are loaded when somebody asks for them. */
export class Languages {
  readonly #own: readonly Tables[];
  readonly #tags: readonly string[];
  #named: readonly Language[] | undefined;
  readonly #words = new Map<string, Promise<Words>>();

  /** @param own phrases of others; of two for one key the last is said */
  constructor(...own: readonly Tables[]) {
    this.#own = own;
    this.#tags = [...new Set([...Object.keys(LOCALES), ...own.flatMap((tables) => Object.keys(tables))])];
  }

  /** Whether there is one with this tag. */
  has(tag: string): boolean {
    return this.#tags.includes(tag);
  }

  /** All of them, each by its tag and by its own name. */
  all(): readonly Language[] {
    this.#named ??= this.#tags.map((tag) => ({ tag, name: nameOf(tag) }));
    return this.#named;
  }

  /** The words of whoever sent a request: those of the kept choice, else what the browser asks for. */
  of(kept: string | undefined, accepted: string | null): Promise<Words> {
    const tag = kept !== undefined && this.#tags.includes(kept) ? kept : this.#accepted(accepted ?? "");
    const known = this.#words.get(tag);
    if (known) return known;
    const words = this.#load(tag);
    this.#words.set(tag, words);
    return words;
  }

  async #load(tag: string): Promise<Words> {
    const table = (await LOCALES[tag]?.()) ?? {};
    return new Words(tag, this.#merged(table, tag), this.#merged(EN, DEFAULT));
  }

  #merged(table: Table, tag: string): Table {
    return Object.assign({}, table, ...this.#own.map((tables) => tables[tag] ?? {})) as Table;
  }

  /** By weight, and of two of one weight by their order; a tag as it is before its language, and that before its regions. */
  #accepted(header: string): string {
    const all = askedIn(header);
    for (const asked of all) {
      const found = asked === "*" ? DEFAULT : this.#matching(asked, (part) => this.#tagOf(part));
      if (found !== undefined) return found;
    }
    for (const asked of all) {
      const near = this.#matching(asked, (part) => NEAREST[part]);
      if (near !== undefined && this.has(near)) return near;
    }
    return DEFAULT;
  }

  #tagOf(text: string): string | undefined {
    return this.#tags.find((tag) => tag.toLowerCase() === text);
  }

  #matching(asked: string, find: (part: string) => string | undefined): string | undefined {
    for (const parts = asked.split("-"); parts.length > 0; parts.pop()) {
      const found = find(parts.join("-"));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What a browser asks for, in small letters, the most wanted first. */
const askedIn = (header: string): readonly string[] =>
  header
    .toLowerCase()
    .split(",")
    .map((part) => {
      const [tag = "", ...params] = part.split(";").map((text) => text.trim());
      const weight = params.find((param) => param.startsWith("q="))?.slice(2);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => tag !== "" && weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);

/** In the language itself, with a large letter where it has those; the tag of what nobody has a name for. */
const nameOf = (tag: string): string => {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  const [first = "", ...rest] = name;
  return first.toLocaleUpperCase(tag) + rest.join("");
};
