/**
 * The chance of one chaos run: every choice is drawn from one seed, which is printed, so that TSQ_CHAOS_SEED
 * makes the same choices again. When they fall is the machine's to say.
 */
export class Chance {
  readonly seed: number;
  #state: number;

  /** Of TSQ_CHAOS_SEED, or new; says which. */
  static announced(what: string): Chance {
    const named = process.env["TSQ_CHAOS_SEED"];
    const seed = named === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(named);
    if (!Number.isInteger(seed))
      throw new Error(`Expected TSQ_CHAOS_SEED to be an integer, got \`${named}\`.`);
    console.log(`${what}: TSQ_CHAOS_SEED=${seed}`);
    return new Chance(seed);
  }

  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.#state = this.seed;
  }

  /** From 0 up to 1: mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True so many times of a hundred. */
  percent(share: number): boolean {
    return this.next() * 100 < share;
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new Error("Expected something to pick from.");
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  /** Twenty-four hexadecimal digits, as Sidekiq names jobs. */
  jid(): string {
    return Array.from({ length: 24 }, () => this.between(0, 15).toString(16)).join("");
  }
}
