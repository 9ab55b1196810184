/** Queues with their weights, in every way that Sidekiq lets one write them, by one rule. */
import { notAsExpected } from "./option.ts";
import type { Kind, Place } from "./option.ts";

export interface WeightedQueue {
  readonly name: string;
  /** As in Sidekiq: 0 is "not given", and queues that all have 0 are worked strictly in order. */
  readonly weight: number;
}

/** A name that Redis, Ruby and `name,weight` have no trouble with. */
export const isQueueName = (name: unknown): name is string =>
  typeof name === "string" && name !== "" && !/\s/.test(name);

/** As given, each mention for itself: what a queue that is named twice means, the worker decides. */
export const queues = (): Kind<readonly WeightedQueue[]> => ({
  takes: 'array of `"name"`, `"name,weight"` or `{ name, weight }`; a weight is an integer from 0',
  read: (value, place) => {
    // The letters of a text would each be a queue.
    if (!Array.isArray(value) || value.length === 0)
      throw noList(value, place, '`queues: ["critical", "default"]`');
    return value.map((one, at) => queueInCode(one, itemOf(place, at)));
  },
  written: {
    takes: "list of names, of `name,weight` or of `[name, weight]`; or a mapping of weights",
    read: readWritten,
  },
});

/** Also a lone name and a mapping of weights: Ruby's `Array()` makes lists of them. */
const readWritten = (value: unknown, place: Place): readonly WeightedQueue[] => {
  if (typeof value === "string") return [queueFromText(value, place)];
  if (value instanceof Map && value.size > 0) {
    return [...(value as ReadonlyMap<string, unknown>)].map(([name, weight]) =>
      queueFromPair([name, weight], itemOf(place, name)),
    );
  }
  if (!Array.isArray(value) || value.length === 0)
    throw noList(value, place, "`queues: [critical, default]`");
  return value.map((one: unknown, at) => {
    const item = itemOf(place, at);
    return typeof one === "string" ? queueFromText(one, item) : queueFromPair(one, item);
  });
};

/** @param example as code or YAML spells it */
const noList = (value: unknown, place: Place, example: string): Error =>
  notAsExpected(
    place,
    "a list of queues",
    value,
    // Of a worker they have a default, of what is within it they have none.
    place.of === undefined
      ? `Write ${example}, or leave it out for \`default\`.`
      : `Write ${example}: a capsule has no queues but these.`,
  );

const itemOf = (place: Place, key: number | string): Place =>
  place.item?.(key) ?? { ...place, name: `${place.name}[]` };

const queueInCode = (value: unknown, place: Place): WeightedQueue => {
  if (typeof value === "string") return queueFromText(value, place);
  if (Array.isArray(value)) throw wrongQueue(value, place, `Write \`"${value.join(",")}"\`.`);
  if (typeof value !== "object" || value === null) return queue(value, value, undefined, place);
  const { name, weight } = value as { readonly name?: unknown; readonly weight?: unknown };
  if (typeof weight === "string") throw wrongQueue(value, place, WEIGHT);
  return queue(value, name, weight, place);
};

/** `name` or `name,weight`. */
const queueFromText = (text: string, place: Place): WeightedQueue => {
  const [name, weight, ...rest] = text.split(",");
  if (rest.length > 0) throw wrongQueue(text, place, "Give one queue and one weight.");
  return queue(text, name, weight, place);
};

const queueFromPair = (value: unknown, place: Place): WeightedQueue => {
  if (!Array.isArray(value)) return queue(value, value, undefined, place);
  if (value.length !== 1 && value.length !== 2)
    throw notAsExpected(place, "`[name, weight]`", value, "Give each queue a line of its own.");
  return queue(value, value[0], value[1], place);
};

const WEIGHT = "A weight is an integer from 0; leave it out for none.";

/** @param value what was given, for the refusal; a weight is an integer, or a text that is one */
const queue = (value: unknown, name: unknown, weight: unknown, place: Place): WeightedQueue => {
  if (typeof name !== "string") {
    throw wrongQueue(
      value,
      place,
      name instanceof Map
        ? "Write a name with its weight as `[critical, 2]`."
        : "Put a name that YAML reads as something else in quotes, and a weight behind its name: `[critical, 2]`.",
    );
  }
  if (name === "") throw wrongQueue(value, place, "Its name is empty.");
  if (!isQueueName(name)) throw wrongQueue(value, place, "A name has no spaces and no line ends.");
  if (name.includes(",")) throw wrongQueue(value, place, "A name has no comma.");
  const number = typeof weight === "string" && /^\s*\d+\s*$/.test(weight) ? Number(weight) : (weight ?? 0);
  if (!Number.isSafeInteger(number) || Number(number) < 0) throw wrongQueue(value, place, WEIGHT);
  return { name, weight: Number(number) };
};

const wrongQueue = (value: unknown, place: Place, remedy: string): Error =>
  notAsExpected(place, "`name` or `name,weight`", value, remedy);
