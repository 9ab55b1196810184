/** One timer, at the earliest of the times that it is asked for. */
export class Alarm {
  readonly #rings: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMs = 0;

  constructor(rings: () => void) {
    this.#rings = rings;
  }

  /** Rings in so many milliseconds, or sooner. */
  within(ms: number): void {
    const inMs = Math.max(1, ms);
    const atMs = performance.now() + inMs;
    if (this.#timer && this.#atMs <= atMs) return;
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#rings();
    }, inMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
