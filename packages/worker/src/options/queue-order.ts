/** In which order a capsule looks at its queues: strict, random or weighted, as Sidekiq decides it (WIRE §4.1). */
import { ConfigError } from "@tsq/core";

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

/** @throws ConfigError naming the queue that cannot be read */
export const queueOrder = (specs: readonly QueueSpec[]): QueueOrder => {
  const weights = new Map<string, number>();
  const places = new Map<string, number>();
  const list: unknown = specs;
  // The letters of a text would each be a queue.
  if (!Array.isArray(list))
    throw new ConfigError(`Expected \`queues\` to be an array of queues, got \`${String(list)}\`.`);
  for (const spec of specs) {
    const { name, weight } = typeof spec === "string" ? parseSpec(spec) : objectSpec(spec);
    // As in Sidekiq 7 and later, each mention of a queue adds to its chance, and the last one's weight decides the mode.
    weights.set(name, weight);
    places.set(name, (places.get(name) ?? 0) + Math.max(weight, 1));
  }
  if (weights.size === 0)
    throw new ConfigError("Expected at least one queue, got none. Leave `queues` out for `default`.");
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

const parseSpec = (text: string): { name: string; weight: number } => {
  const [name = "", weight, ...rest] = text.split(",");
  if (rest.length > 0 || (weight !== undefined && !/^\d+$/.test(weight.trim()))) {
    throw new ConfigError(`Expected a queue as \`name\` or \`name,weight\`, got \`${text}\`.`);
  }
  return checkSpec(name.trim(), weight === undefined ? 0 : Number(weight));
};

const objectSpec = (spec: unknown): { name: string; weight: number } => {
  if (typeof spec !== "object" || spec === null) return checkSpec(spec, 0);
  if (Array.isArray(spec)) {
    throw new ConfigError(
      `Expected a queue as \`name\` or \`name,weight\`, got an array. Write \`"${spec.map(String).join(",")}"\`.`,
    );
  }
  const { name, weight = 0 } = spec as { name?: unknown; weight?: number };
  return checkSpec(name, weight);
};

const checkSpec = (name: unknown, weight: number): { name: string; weight: number } => {
  if (typeof name !== "string" || !/^[^\s,]+$/.test(name)) {
    throw new ConfigError(`Expected a queue's name without spaces and commas, got \`${String(name)}\`.`);
  }
  if (!Number.isInteger(weight) || weight < 0) {
    throw new ConfigError(
      `Expected the weight of queue \`${name}\` to be an integer from 0, got \`${weight}\`.`,
    );
  }
  return { name, weight };
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
