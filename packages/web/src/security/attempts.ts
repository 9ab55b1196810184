/** Limits guesses: who was wrong too often waits, and the wait doubles. */

const FREE = 5;
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
// Who was not wrong for so long begins anew.
const FORGOTTEN_MS = 15 * 60_000;
// An attacker has many addresses, and this process one memory: the oldest is forgotten first.
const MOST = 10_000;

interface Failures {
  readonly count: number;
  readonly atMs: number;
}

/** Counts failures by who made them. */
export class Attempts {
  readonly #failures = new Map<string, Failures>();

  /** Milliseconds until another attempt of any of these is looked at; 0 when it is now. */
  waitMs(keys: readonly string[], nowMs: number): number {
    return Math.max(0, ...keys.map((key) => this.#waitMs(key, nowMs)));
  }

  failed(keys: readonly string[], nowMs: number): void {
    for (const key of keys) {
      const count = this.#recent(key, nowMs) + 1;
      this.#failures.delete(key);
      this.#failures.set(key, { count, atMs: nowMs });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MOST) break;
      this.#failures.delete(key);
    }
  }

  succeeded(keys: readonly string[]): void {
    for (const key of keys) this.#failures.delete(key);
  }

  #waitMs(key: string, nowMs: number): number {
    const over = this.#recent(key, nowMs) - FREE;
    if (over < 0) return 0;
    const wait = Math.min(FIRST_MS * 2 ** over, LONGEST_MS);
    return (this.#failures.get(key)?.atMs ?? 0) + wait - nowMs;
  }

  #recent(key: string, nowMs: number): number {
    const failures = this.#failures.get(key);
    return failures && nowMs - failures.atMs < FORGOTTEN_MS ? failures.count : 0;
  }
}
