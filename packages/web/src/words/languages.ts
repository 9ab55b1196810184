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

/** Languages are loaded when somebody asks for them. */
export class Languages {
  readonly #own: readonly Tables[];
  readonly #tags: readonly string[];
  readonly #words = new Map<string, Promise<Words>>();

  /** @param own phrases of others; of two for one key the last is said */
  constructor(...own: readonly Tables[]) {
    this.#own = own;
    this.#tags = [...new Set([...Object.keys(LOCALES), ...own.flatMap((tables) => Object.keys(tables))])];
  }

  /** The tags of all, such as `en` and `pt-BR`. */
  get tags(): readonly string[] {
    return this.#tags;
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
    for (const asked of askedIn(header)) {
      if (asked === "*") return DEFAULT;
      const found = this.#matching(asked);
      if (found !== undefined) return found;
    }
    return DEFAULT;
  }

  #matching(asked: string): string | undefined {
    const byText = (text: string) => this.#tags.find((tag) => tag.toLowerCase() === text);
    const parts = asked.split("-");
    for (; parts.length > 0; parts.pop()) {
      const found = byText(parts.join("-"));
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
