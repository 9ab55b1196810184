/** Limits guesses: who was wrong too often waits, and the wait doubles. */

/** How many are wrong before they wait, and how long. */
export interface AttemptLimits {
  readonly free: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

const USUAL: AttemptLimits = { free: 5, firstMs: 1_000, longestMs: 60_000 };
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
  readonly #limits: AttemptLimits;

  constructor(limits = USUAL) {
    this.#limits = limits;
  }

  /** Milliseconds until another attempt of this one is looked at; 0 when it is now. */
  waitMs(key: string, nowMs: number): number {
    const { free, firstMs, longestMs } = this.#limits;
    const over = this.#recent(key, nowMs) - free;
    if (over < 0) return 0;
    const wait = Math.min(firstMs * 2 ** over, longestMs);
    return Math.max(0, (this.#failures.get(key)?.atMs ?? 0) + wait - nowMs);
  }

  /** Whether it waits from now on, and did not before. */
  failed(key: string, nowMs: number): boolean {
    const count = this.#recent(key, nowMs) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, { count, atMs: nowMs });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST) break;
      this.#failures.delete(oldest);
    }
    return count === this.#limits.free;
  }

  /** Whether it was wrong of late. */
  isKnown(key: string, nowMs: number): boolean {
    return this.#recent(key, nowMs) > 0;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string, nowMs: number): number {
    const failures = this.#failures.get(key);
    return failures && nowMs - failures.atMs < FORGOTTEN_MS ? failures.count : 0;
  }
}
