/** What many pages show is read once for all who look within a moment. */

/** What is large is let go when nobody asks for it any more. */
export interface Idle {
  readonly afterMs: number;
  readonly letGo: () => void;
}

/** One reading, shared while it is fresh. */
export class SharedReading<T> {
  readonly #make: () => Promise<T>;
  readonly #freshMs: number;
  #read: Promise<T> | undefined;
  #isOnItsWay = false;
  #atMs = 0;
  readonly #idle: Idle | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param idle by default it is kept until the next one */
  constructor(make: () => Promise<T>, freshMs: number, idle?: Idle) {
    this.#make = make;
    this.#freshMs = freshMs;
    this.#idle = idle;
  }

  /** Rejects as the reading does; then the next one reads anew. */
  now(): Promise<T> {
    this.#isAskedFor();
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

  /** Nobody asks any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isAskedFor(): void {
    if (!this.#idle) return;
    const { afterMs, letGo } = this.#idle;
    if (this.#timer) {
      this.#timer.refresh();
      return;
    }
    // It keeps no process alive.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.forget();
      letGo();
    }, afterMs).unref();
  }
}
