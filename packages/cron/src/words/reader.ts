/** Reads a text from its start to its end, by patterns. */
export class Reader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** What the pattern matches here, and goes on behind it. The pattern must be sticky. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  /** What the first of these reads that reads anything; one that reads nothing has gone nowhere. */
  first<T>(...ways: readonly (() => T | undefined)[]): T | undefined {
    const start = this.#at;
    for (const way of ways) {
      const found = way();
      if (found !== undefined) return found;
      this.#at = start;
    }
    return undefined;
  }

  /** One or more, with a separator between each two; undefined for none. */
  list<T>(way: () => T | undefined, separator: RegExp): T[] | undefined {
    const first = this.first(way);
    if (first === undefined) return undefined;
    const found = [first];
    for (;;) {
      const next = this.first(() => (this.take(separator) === undefined ? undefined : way()));
      if (next === undefined) return found;
      found.push(next);
    }
  }
}
