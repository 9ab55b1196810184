/** What many pages show is read once for all who look within a moment. */

/** One reading, shared while it is fresh. */
export class SharedReading<T> {
  readonly #make: () => Promise<T>;
  readonly #freshMs: number;
  #read: Promise<T> | undefined;
  #atMs = 0;

  constructor(make: () => Promise<T>, freshMs: number) {
    this.#make = make;
    this.#freshMs = freshMs;
  }

  /** Rejects as the reading does; then the next one reads anew. */
  now(): Promise<T> {
    const nowMs = performance.now();
    if (this.#read && nowMs - this.#atMs < this.#freshMs) return this.#read;
    const read = this.#make();
    this.#read = read;
    this.#atMs = nowMs;
    read.catch(() => {
      if (this.#read === read) this.#read = undefined;
    });
    return read;
  }

  /** Something was changed: the next page is to show it. */
  forget(): void {
    this.#read = undefined;
  }
}
