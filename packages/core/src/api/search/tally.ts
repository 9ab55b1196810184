/** Counts how often each value occurs, in bounded memory: there may be as many different ones as jobs. */

/** A value, and how many jobs have it. */
export interface Count {
  readonly value: string;
  readonly count: number;
}

/** The most frequent values. */
export interface Counts {
  /** At most 100, the most frequent first. */
  readonly values: readonly Count[];
  /** How many times any other value was counted. */
  readonly others: number;
}

/** So many different values are told apart; what comes after is among the others. */
const MOST_VALUES = 10_000;
const SHOWN = 100;

export class Tally {
  readonly #counts = new Map<string, number>();
  #others = 0;

  add(value: string): void {
    const count = this.#counts.get(value);
    if (count !== undefined || this.#counts.size < MOST_VALUES) this.#counts.set(value, (count ?? 0) + 1);
    else this.#others++;
  }

  counts(): Counts {
    const all = [...this.#counts].map(([value, count]): Count => ({ value, count }));
    all.sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
    const values = all.slice(0, SHOWN);
    const others = all.slice(SHOWN).reduce((sum, { count }) => sum + count, this.#others);
    return { values, others };
  }
}
