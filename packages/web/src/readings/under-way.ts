/** What is going on in a dashboard: whoever closes it waits for that. */
import { setTimeout as sleep } from "node:timers/promises";

export class UnderWay {
  readonly #all = new Set<Promise<unknown>>();

  /** The same work, known until it has ended. */
  while<T>(work: Promise<T>): Promise<T> {
    this.#all.add(work);
    const over = (): void => void this.#all.delete(work);
    work.then(over, over);
    return work;
  }

  /** Resolves when nothing goes on any more, of what has begun by then as well; or when it takes longer than that. */
  async ended(mostMs: number): Promise<void> {
    const enough = new AbortController();
    const late = sleep(mostMs, undefined, { signal: enough.signal }).catch(() => {});
    await Promise.race([this.#settled(), late]);
    enough.abort();
  }

  async #settled(): Promise<void> {
    while (this.#all.size > 0) await Promise.allSettled(this.#all);
  }
}
