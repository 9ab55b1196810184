/** What many pages show is read once for all who look within a moment. */

/** One reading, shared while it is fresh. */
export class SharedReading<T> {
  readonly #make: () => Promise<T>;
  readonly #freshMs: number;
  #read: Promise<T> | undefined;
  #isOnItsWay = false;
  #atMs = 0;

  constructor(make: () => Promise<T>, freshMs: number) {
    this.#make = make;
    this.#freshMs = freshMs;
  }

  /** Rejects as the reading does; then the next one reads anew. */
  now(): Promise<T> {
    const nowMs = performance.now();
    // A slow Redis is not to get one more of them each second.
    if (this.#read && (this.#isOnItsWay || nowMs - this.#atMs < this.#freshMs)) return this.#read;
    const read = this.#make();
    this.#read = read;
    this.#atMs = nowMs;
    this.#isOnItsWay = true;
    read.then(
      () => {
        if (this.#read === read) this.#isOnItsWay = false;
      },
      () => {
        if (this.#read === read) this.#read = undefined;
      },
    );
    return read;
  }

  /** Something was changed: the next page is to show it. */
  forget(): void {
    this.#read = undefined;
  }
}
