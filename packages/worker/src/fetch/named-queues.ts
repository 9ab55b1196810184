/**
 * Which queues one fetch call names. What a call names costs the server a look, so it leaves out what is known: a queue
 * at which a pad waits is empty, a paused one is left alone, and a call that wants nothing names only the queues of
 * the jobs that have landed.
 */
import { keys } from "@tsq/core/protocol";

/** What `fetch.lua` takes for a queue to be left alone. */
export const PAUSED = -1;

/** Queues of a capsule, in its order. */
export class NamedQueues {
  readonly names: readonly string[];
  readonly queueKeys: readonly string[];
  readonly padKeys: readonly string[];
  // Their numbers in the capsule, from 0.
  readonly #places: readonly number[];

  constructor(
    names: readonly string[],
    queueKeys: readonly string[],
    padKeys: readonly string[],
    places: readonly number[] = names.map((_, i) => i),
  ) {
    this.names = names;
    this.queueKeys = queueKeys;
    this.padKeys = padKeys;
    this.#places = places;
  }

  static of(capsule: string, names: readonly string[]): NamedQueues {
    return new NamedQueues(
      names,
      names.map(keys.queueKey),
      names.map((name) => keys.padKey(capsule, name)),
    );
  }

  get size(): number {
    return this.names.length;
  }

  /** The number of the capsule's queue in a call that names these, from 1. */
  numberOf(place: number): number {
    return this.#places.indexOf(place) + 1;
  }

  /** What all queues of the capsule have, for these. */
  of<T>(all: readonly T[]): readonly T[] {
    return all.length === this.size ? all : this.#places.map((place) => all[place] as T);
  }

  /** Those that are wanted; the same object when all are, which is how a busy capsule calls. */
  only(isWanted: (place: number) => boolean): NamedQueues {
    if (this.#places.every(isWanted)) return this;
    const places = this.#places.filter(isWanted);
    const pick = (all: readonly string[]): readonly string[] => places.map((place) => all[place] as string);
    return new NamedQueues(pick(this.names), pick(this.queueKeys), pick(this.padKeys), places);
  }

  /** Those that a call names: the ones that it asks for jobs, and the ones whose jobs have landed. */
  forCall(asked: NamedQueues | undefined, landings: readonly { readonly pad: number }[]): NamedQueues {
    if (asked && landings.length === 0) return asked;
    return this.only(
      (place) => (asked?.numberOf(place) ?? 0) > 0 || landings.some(({ pad }) => pad === place),
    );
  }
}
