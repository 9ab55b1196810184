/**
 * The queues that a worker leaves alone for now, and on whose behalf: `paused` of Redis is one holder, each extension
 * may be others. A queue is taken from again when its last holder has released it.
 */

/** A wish to leave queues alone, until it is released. */
export interface Hold {
  /** Ends it; a second time changes nothing. */
  release(): void;
}

export class Holds {
  readonly #held = new Set<ReadonlySet<string>>();
  #apply: ((queues: ReadonlySet<string>) => void) | undefined;
  #told = "";

  /** From now on this is told of every change; of what is held already at once. */
  applyWith(apply: (queues: ReadonlySet<string>) => void): void {
    this.#apply = apply;
    this.#told = "";
    this.#tell();
  }

  hold(queues: Iterable<string>): Hold {
    const own = new Set(queues);
    this.#held.add(own);
    this.#tell();
    return {
      release: () => {
        if (this.#held.delete(own)) this.#tell();
      },
    };
  }

  #tell(): void {
    const all = new Set([...this.#held].flatMap((one) => [...one]));
    const text = [...all].toSorted().join("\n");
    // Each change is a look at every queue and every pad.
    if (!this.#apply || text === this.#told) return;
    this.#told = text;
    this.#apply(all);
  }
}
