/** The ways in which an idle capsule can learn of the next job (@tsq/worker/waiting). No promise of stability. */
import { ConfigError } from "@tsq/core";
import type { Watching } from "@tsq/core/protocol";
import type { QueueOrder } from "../../options/queue-order.ts";

const WAYS = ["pads", "hybrid", "tracking", "polling"] as const;

/**
 * `pads`: a waiting move for each queue. `hybrid`: up to four queues as before; of more, pads for the two heaviest, and
 * Redis is asked to tell of the others (CLIENT TRACKING); where it does not they have pads, too, as long as they are few,
 * and else are looked at. `tracking` and `polling`: only that, for all queues however few, so that tests see nothing else.
 */
export type Way = (typeof WAYS)[number];

const USUAL: Way = "pads";
const MOST_PADS = 4;
const PADS_OF_MANY = 2;
// To look ten times a second costs a worker of so few queues more, in time and commands, than the connections are worth.
const MOST_PADS_UNTOLD = 16;

/** The variable by which tests and benches choose, whatever the option `waiting` says: it knows ways that are no option. */
const WAY = "TSQ_WAITING";

/**
 * @param chosen by the option
 * @throws ConfigError when the variable names no way
 */
export const wayFrom = (env: Readonly<Record<string, string | undefined>>, chosen: Way = USUAL): Way => {
  // Set to nothing is not set, as for shells and compose files.
  const named = env[WAY] || chosen;
  const way = WAYS.find((one) => one === named);
  if (way === undefined) {
    throw new ConfigError(`Expected ${WAY} to be one of ${WAYS.join(", ")}, got \`${named}\`.`);
  }
  return way;
};

/** Which queues have a pad, by their places: of many those that are asked most often. */
export const paddedPlaces = (way: Way, shares: readonly number[]): readonly number[] => {
  const places = [...shares.keys()];
  if (way === "pads" || (way === "hybrid" && places.length <= MOST_PADS)) return places;
  if (way !== "hybrid") return [];
  // A sort keeps the order of equals: with strict order, where all shares are 0, it is the first.
  const byWeight = places.toSorted((one, other) => (shares[other] ?? 0) - (shares[one] ?? 0));
  return byWeight.slice(0, PADS_OF_MANY).toSorted((one, other) => one - other);
};

/** Whether each queue of a capsule has a pad where Redis does not tell. */
export const mayPadAll = (way: Way, queues: number): boolean =>
  way === "hybrid" && queues <= MOST_PADS_UNTOLD;

/** The names of the queues that may come to have a pad. Only there a job that has landed is found, when its process has died. */
export const everPadded = (
  way: Way,
  { names, shares }: Pick<QueueOrder, "names" | "shares">,
): readonly string[] => {
  if (way !== "hybrid" || mayPadAll(way, names.length)) return names;
  return paddedPlaces(way, shares).map((place) => names[place] as string);
};

interface Waiters {
  readonly fetch: "reliable" | "basic";
  readonly capsules: readonly { readonly order: Pick<QueueOrder, "shares"> }[];
}

/** What a worker says of itself: where each of its queues has a pad, a hybrid waits by pads. By basic fetch there is no other way. */
export const waysSaid = (way: Way, waiters: Waiters): Way | undefined => {
  if (waiters.fetch === "basic") return undefined;
  return watchingBy(way, waiters) === "no" ? "pads" : way;
};

/** How a worker learns of jobs on queues that have no pad. */
export const watchingBy = (way: Way, { fetch, capsules }: Waiters): Watching => {
  const isPadded = capsules.every(
    ({ order }) => paddedPlaces(way, order.shares).length === order.shares.length,
  );
  if (fetch === "basic" || isPadded) return "no";
  return way === "polling" ? "looking" : "told";
};
