/** Which entries there are: the keys of their hashes, of both layouts. */
import { firstRefusal } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { entryName, SET_OF_1, setOf2 } from "../redis/keys.ts";

/** An entry by where it is. */
export interface EntryKey {
  readonly key: string;
  readonly version: 1 | 2;
  /** Empty in sidekiq-cron 1.x. */
  readonly namespace: string;
  readonly name: string;
  readonly set: string;
}

/** The sets to read: that of 1.x first. */
export const setsOf = (namespaces: readonly string[]): readonly string[] => [
  SET_OF_1,
  ...namespaces.map(setOf2),
];

/** @param members of each of the sets, in the order of `setsOf` */
export const entryKeysOf = (
  namespaces: readonly string[],
  members: readonly (readonly string[])[],
): readonly EntryKey[] => {
  const [first = [], ...others] = members;
  return [
    ...first.map((key) => ({
      key,
      version: 1 as const,
      namespace: "",
      name: entryName(key, []),
      set: SET_OF_1,
    })),
    ...others.flatMap((keys, i) => {
      const namespace = namespaces[i] as string;
      const set = setOf2(namespace);
      const known = [namespace];
      return keys.map((key) => ({ key, version: 2 as const, namespace, name: entryName(key, known), set }));
    }),
  ];
};

/**
 * Those that are in both layouts: a process of 1.x has added its own after one of 2.x took them over, and both would fire.
 * What is in 1.x counts: no process of 2.x knows it any more, and of 1.x none knows the other.
 */
export const twiceThere = (entries: readonly EntryKey[]): ReadonlySet<string> => {
  const first = new Set(entries.filter(({ version }) => version === 1).map(({ name }) => name));
  if (first.size === 0) return first;
  return new Set(
    entries.filter(({ version, name }) => version === 2 && first.has(name)).map(({ key }) => key),
  );
};

/** All of them, in one round trip. */
export const readEntryKeys = async (
  redis: Redis,
  namespaces: readonly string[],
): Promise<readonly EntryKey[]> => {
  const pipeline = redis.pipeline();
  for (const set of setsOf(namespaces)) pipeline.smembers(set);
  return entryKeysOf(namespaces, (await repliesOf(pipeline)) as string[][]);
};

/** The replies of a pipeline, or a transaction. @throws the first error among them */
export const repliesOf = async (pipeline: ReturnType<Redis["pipeline"]>): Promise<readonly unknown[]> => {
  const replies = (await pipeline.exec().catch(firstRefusal)) ?? [];
  const failed = replies.find(([error]) => error)?.[0];
  if (failed) throw failed;
  return replies.map(([, reply]) => reply);
};
