/**
 * Until when a stop waits for the jobs that run. It can be brought forward, and never put off.
 * The deadline of a job, after which it is not worth running, is core's job/deadline.ts.
 */
import { LONGEST_TIMER_MS } from "@tsq/core/protocol";

export class StopDeadline {
  #atMs = Number.POSITIVE_INFINITY;
  readonly #waiting = new Set<() => void>();

  /** The stop has begun: it is so far away, unless it was brought forward before. */
  begin(ms: number): void {
    this.#atMs = Math.min(this.#atMs, performance.now() + ms);
  }

  /** Now. */
  hurry(): void {
    this.#atMs = performance.now();
    for (const end of this.#waiting) end();
  }

  /** Waits for the work until then. Resolves with whether it was done; whether it failed is for its owner to hear. */
  async allows(work: Promise<unknown>): Promise<boolean> {
    let end = (): void => {};
    const over = new Promise<false>((resolve) => (end = () => resolve(false)));
    const late = setTimeout(end, Math.min(LONGEST_TIMER_MS, Math.max(0, this.#atMs - performance.now())));
    this.#waiting.add(end);
    try {
      return await Promise.race([
        work.then(
          () => true,
          () => true,
        ),
        over,
      ]);
    } finally {
      clearTimeout(late);
      this.#waiting.delete(end);
    }
  }
}
