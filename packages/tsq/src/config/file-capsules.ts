/** The capsules of a config file. */
import { ConfigError, notAsExpected } from "@tsq/core/config";
import type { Kind, Place } from "@tsq/core/config";
import { CAPSULE_SETTINGS, checkedCapsuleName } from "@tsq/worker/settings";
import type { WeightedQueue } from "@tsq/core/config";
import { readKeys } from "./written.ts";

export interface FileCapsule {
  readonly name: string;
  readonly concurrency?: number;
  readonly queues: readonly WeightedQueue[];
}

/** In the order of the file. */
export const fileCapsules = (): Kind<readonly FileCapsule[]> => ({
  takes:
    "mapping of name to `concurrency` and `queues`; without a `concurrency` a capsule has that of the file",
  read: (value, place) =>
    [...mappingOf(value, place, "capsules by name")].map(([name, parts]) => {
      const at = itemOf(place, name);
      checkedCapsuleName(name, at.where);
      const mapping = mappingOf(parts, at, "a mapping with `queues` and `concurrency`");
      const { queues, concurrency } = readKeys(CAPSULE_SETTINGS, mapping, at);
      if (queues === undefined) {
        throw new ConfigError(
          `${at.where}Expected \`${at.name}\` to have queues. List them under \`queues\`.`,
        );
      }
      return { name, queues, ...(concurrency === undefined ? {} : { concurrency }) };
    }),
});

const mappingOf = (value: unknown, place: Place, expected: string): ReadonlyMap<string, unknown> => {
  if (value instanceof Map) return value;
  throw notAsExpected(
    place,
    expected,
    value,
    "Write `capsules: { mail: { concurrency: 2, queues: [mailers] } }`, or in lines.",
  );
};

const itemOf = (place: Place, key: string): Place => place.item?.(key) ?? place;
