/** Ranges of Ruby. */

/**
 * A Range of Ruby: of numbers, texts, dates or times. Rails from 7.0 knows it.
 *
 * @example
 * new Range(1, 10);                            // 1..10
 * new Range("a", "z", { excludeEnd: true });   // "a"..."z"
 * new Range(1, null);                          // 1..
 */
export class Range<T = unknown> {
  /** Null where it has no beginning. */
  readonly begin: T | null;
  /** Null where it has no end. */
  readonly end: T | null;
  /** Whether `end` is outside: `1...10`. */
  readonly excludeEnd: boolean;

  /** @param options `excludeEnd` is false by default */
  constructor(
    begin: T | null,
    end: T | null,
    { excludeEnd = false }: { readonly excludeEnd?: boolean } = {},
  ) {
    this.begin = begin;
    this.end = end;
    this.excludeEnd = excludeEnd;
  }
}
