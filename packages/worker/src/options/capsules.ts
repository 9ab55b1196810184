/** The capsules of a worker: that of its own `queues` and `concurrency`, and those beside it. */
import { notAsExpected, oneFunction, readOptions } from "@tsq/core/config";
import type { Kind, Schema, Values, WeightedQueue } from "@tsq/core/config";
import type { ChainChange } from "./capsule-chain.ts";
import { queueOrder } from "./queue-order.ts";
import type { QueueOrder, QueueSpec } from "./queue-order.ts";
import { CAPSULE_SETTINGS, checkedCapsuleName } from "./settings.ts";

/** Queues with a concurrency of their own, in the same process (Sidekiq 7). */
export interface CapsuleOptions {
  /** How many jobs of these queues run at once, 1 to 500. @default 1 */
  concurrency?: number;
  queues: readonly QueueSpec[];
  /**
   * Changes the middleware of this capsule: it gets a chain of its own, which begins with the worker's and changes no
   * other. @default what the worker has
   */
  middleware?: ChainChange;
}

/** A row for each option of a capsule. */
export const CAPSULE = {
  ...CAPSULE_SETTINGS,
  middleware: {
    ...oneFunction<ChainChange>(
      "function that changes a [chain](middleware.md#chains)",
      "Write `middleware: (chain) => chain.add(…)`.",
    ),
    tells: "the server middleware of this capsule",
    usual: "that of the Worker",
  },
} satisfies Schema<CapsuleOptions>;

export interface Capsule {
  readonly name: string;
  readonly concurrency: number;
  readonly order: QueueOrder;
  /** What it makes of the worker's middleware. */
  readonly change: ChainChange | undefined;
}

type Given = Values<typeof CAPSULE>;

/** Capsules by name. */
export const capsules = (): Kind<ReadonlyMap<string, Given>> => ({
  takes: "object of capsules by name",
  read: (value, place) => {
    // The places of a list would be taken for names.
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw notAsExpected(
        place,
        "an object of capsules by name",
        value,
        'Write `capsules: { mail: { queues: ["mailers"] } }`.',
      );
    return new Map(
      Object.entries(value).map(([name, own]) => [
        checkedCapsuleName(name, place.where),
        readOptions(`capsule \`${name}\``, CAPSULE, own, { ...place, of: `capsule \`${name}\`` }),
      ]),
    );
  },
});

/** All of them, the worker's own first, which one that is named `default` replaces, as in Sidekiq. */
export const capsulesOf = (
  own: { readonly queues: readonly WeightedQueue[]; readonly concurrency: number },
  others: ReadonlyMap<string, Given>,
): readonly Capsule[] =>
  [...new Map<string, Given>([["default", { ...own, middleware: undefined }], ...others])].map(
    ([name, { concurrency, queues, middleware }]) => ({
      name,
      concurrency,
      order: queueOrder(queues),
      change: middleware,
    }),
  );
