/**
 * Which queues are known to be empty: a look has found them so, and nothing has been said of them since. Of all others
 * nothing is known, and a fetch call names them.
 */

/** Queues at the moment before a look at them. */
export interface Look {
  readonly places: readonly number[];
  readonly changes: readonly number[];
}

export class Emptiness {
  readonly #isEmpty: boolean[];
  // What is said of a queue may overtake the answer to a look at it, for both travel on connections of their own.
  readonly #changes: number[];

  constructor(queues: number) {
    this.#isEmpty = Array.from({ length: queues }, () => false);
    this.#changes = Array.from({ length: queues }, () => 0);
  }

  isEmpty(place: number): boolean {
    return this.#isEmpty[place] as boolean;
  }

  /** There may be jobs. */
  doubt(place: number): void {
    this.#isEmpty[place] = false;
    this.#changes[place] = (this.#changes[place] as number) + 1;
  }

  /** Begins a look at these. */
  look(places: readonly number[]): Look {
    return { places, changes: places.map((place) => this.#changes[place] as number) };
  }

  /** The look has found none of them to hold a job. */
  foundEmpty({ places, changes }: Look): void {
    for (const [i, place] of places.entries()) {
      if (this.#changes[place] === changes[i]) this.#isEmpty[place] = true;
    }
  }
}
