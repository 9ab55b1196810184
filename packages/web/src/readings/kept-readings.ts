/** What takes long to read, kept for a while for all who look: no page waits long for it. */
import { settledWithin } from "./settled-within.ts";
import { UnderWay } from "./under-way.ts";

/** How long readings are kept, and how many. */
export interface Keeping {
  /** For so long nobody reads again. */
  readonly freshMs: number;
  /** And for so long nobody waits: they are read again for whoever comes next. */
  readonly usableMs: number;
  /** From then on a reading tells of how it was, not of how it is. */
  readonly staleMs: number;
  /** Of more the one that nobody has asked for the longest goes. */
  readonly most: number;
}

interface Kept<T> {
  value: T | undefined;
  atMs: number;
  reading: Promise<void> | undefined;
  /** When the last reading began. */
  sinceMs: number;
}

/** Readings by a key. Each is made once, however many ask for it at the same time. */
export class KeptReadings<T> {
  readonly #keeping: Keeping;
  readonly #underWay: UnderWay;
  readonly #kept = new Map<string, Kept<T>>();

  constructor(keeping: Keeping, underWay = new UnderWay()) {
    this.#keeping = keeping;
    this.#underWay = underWay;
  }

  /**
   * Of before where a new one takes longer than `mostWaitMs`, and undefined where there is none: of one that never ends the first
   * who asks waits so long, and not each. Rejects as `read` does, if that is while it waits.
   */
  async get(key: string, read: () => Promise<T>, mostWaitMs: number): Promise<T | undefined> {
    const { freshMs, usableMs, staleMs } = this.#keeping;
    const kept = this.#keep(key);
    const nowMs = performance.now();
    if (nowMs - kept.atMs < freshMs) return kept.value;
    if (!kept.reading) {
      kept.sinceMs = nowMs;
      kept.reading = this.#underWay.while(this.#read(kept, read));
    }
    // Whoever keeps a page open asks every few seconds: of those that look none is to wait for the count.
    const waitMs = nowMs - kept.atMs < usableMs ? 0 : kept.sinceMs + mostWaitMs - nowMs;
    await settledWithin(kept.reading, waitMs);
    return performance.now() - kept.atMs < staleMs ? kept.value : undefined;
  }

  /** Something was changed: whoever asks next waits for a new reading. */
  forget(): void {
    this.#kept.clear();
  }

  /** Also again each time, so that those are left that are asked for. */
  #keep(key: string): Kept<T> {
    const kept = this.#kept.get(key) ?? {
      value: undefined,
      atMs: -Infinity,
      reading: undefined,
      sinceMs: 0,
    };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#keeping.most && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }

  async #read(kept: Kept<T>, read: () => Promise<T>): Promise<void> {
    try {
      kept.value = await read();
      kept.atMs = performance.now();
    } finally {
      kept.reading = undefined;
    }
  }
}
