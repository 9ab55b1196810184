/** Where the entries of a schedule are: as sidekiq-cron 1.x keeps them, or as 2.x does (WIRE §12.1, §12.6). */
import { readGenerations } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { entryKey, SET_OF_1, setOf2 } from "../redis/keys.ts";

/** Which sidekiq-cron shares this Redis. `auto` looks at the entries that are there, then at the processes. */
export type LayoutOption = "auto" | "1.x" | "2.x";

export interface Layout {
  readonly version: 1 | 2;
  readonly namespace: string;
  /** The set of its entries. */
  readonly set: string;
  /** The key of the hash of an entry. */
  entryKey(name: string): string;
}

export const layoutOf = (version: 1 | 2, namespace: string): Layout =>
  version === 1
    ? { version, namespace, set: SET_OF_1, entryKey: (name) => entryKey(name) }
    : { version, namespace, set: setOf2(namespace), entryKey: (name) => entryKey(name, namespace) };

/**
 * The layout for what is written now. Entries of 1.x are a sign of 1.x, whatever is in 2.x: a process of 2.x takes over at
 * its start what 1.x has left, and those of 1.x know nothing else. Else those of 2.x are a sign of 2.x. Without any, Sidekiq 6 tells of 1.x: sidekiq-cron 2 needs a newer one.
 */
export const findLayout = async (redis: Redis, namespace: string, option: LayoutOption): Promise<Layout> => {
  if (option !== "auto") return layoutOf(option === "1.x" ? 1 : 2, namespace);
  const [is2, is1] = await Promise.all([redis.exists(setOf2(namespace)), redis.exists(SET_OF_1)]);
  if (is1 > 0) return layoutOf(1, namespace);
  if (is2 > 0) return layoutOf(2, namespace);
  const generations = await readGenerations(redis);
  return layoutOf(generations.has(6) ? 1 : 2, namespace);
};
