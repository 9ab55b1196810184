/** In which order a capsule looks at its queues: strict, random or weighted, as Sidekiq decides it (WIRE §4.1). */
import type { WeightedQueue } from "@tsq/core/config";

/** `"name"`, `"name,weight"`, or both apart. Weight 0 means that none was given. */
export type QueueSpec = string | { readonly name: string; readonly weight?: number };

export type QueueMode = "strict" | "random" | "weighted";

/** A capsule's queues, each once, in the order given. */
export interface QueueOrder {
  readonly names: readonly string[];
  /** As given, by the last mention: 0 where none was. */
  readonly weights: readonly number[];
  readonly mode: QueueMode;
  /** What `fetch.lua` takes: all 0 for strict order, else at least 1 each. */
  readonly shares: readonly number[];
}

/** What a list of queues means. */
export const queueOrder = (queues: readonly WeightedQueue[]): QueueOrder => {
  const weights = new Map<string, number>();
  const places = new Map<string, number>();
  for (const { name, weight } of queues) {
    // As in Sidekiq 7 and later, each mention of a queue adds to its chance, and the last one's weight decides the mode.
    weights.set(name, weight);
    places.set(name, (places.get(name) ?? 0) + Math.max(weight, 1));
  }
  const given = [...weights.values()];
  const mode = given.every((weight) => weight === 0)
    ? "strict"
    : given.every((weight) => weight === 1)
      ? "random"
      : "weighted";
  return {
    names: [...weights.keys()],
    weights: given,
    mode,
    shares: mode === "strict" ? given : [...places.values()],
  };
};

/**
 * The queues for one BRPOP: strict as given, else drawn one after the other by weight. That is the order
 * Sidekiq gets by shuffling a list with every name as often as it weighs, without making that list.
 */
export const drawOrder = (
  names: readonly string[],
  shares: readonly number[],
  random: () => number,
): readonly string[] => {
  if (shares.every((share) => share === 0)) return names;
  // Efraimidis and Spirakis: sorting by random ** (1 / weight) draws without replacement.
  return names
    .map((name, i) => ({ name, key: random() ** (1 / (shares[i] ?? 1)) }))
    .toSorted((one, other) => other.key - one.key)
    .map(({ name }) => name);
};
