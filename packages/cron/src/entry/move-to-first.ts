/** Moves entries from the keys of sidekiq-cron 2.x to those of 1.x: in both they would fire twice. */
import type { Redis } from "@tsq/core/protocol";
import { firedKey } from "../redis/keys.ts";
import { deleteEntry } from "./change.ts";
import type { Layout } from "./layout.ts";
import { layoutOf } from "./layout.ts";
import { repliesOf } from "./sets.ts";

/** An entry by what it is called, in the namespace it would have in 2.x. */
export interface Named {
  readonly name: string;
  readonly namespace: string | undefined;
}

/**
 * Before an entry is written in 1.x: gives it the status, the last time and the instants of the one in 2.x, unless 1.x has
 * one already. Resolves to whether 2.x has one.
 */
export const carryOver = async (redis: Redis, layout: Layout, named: Named): Promise<boolean> => {
  if (layout.version === 2) return false;
  const [from, to] = [secondOf(layout, named).entryKey(named.name), layout.entryKey(named.name)];
  const [fields, scored, isThere] = (await repliesOf(
    redis
      .pipeline()
      .hmget(from, "status", "last_enqueue_time", "cron")
      .zrange(firedKey(from), "0", "-1", "WITHSCORES")
      .exists(to),
  )) as [(string | null)[], readonly (string | readonly string[])[], number];
  const [status, lastEnqueued, cron] = fields;
  if (cron === null || cron === undefined) return false;
  if (isThere > 0) return true;
  // No set names it yet, so that nobody fires it.
  const carry = redis
    .multi()
    .hset(to, { status: status ?? "enabled", last_enqueue_time: lastEnqueued ?? "" });
  // A connection of somebody's own may answer in pairs.
  const flat = scored.flat();
  for (let i = 0; i < flat.length; i += 2) carry.zadd(firedKey(to), flat[i + 1] ?? "", flat[i] ?? "");
  await repliesOf(carry);
  return true;
};

/** After it: removes the one in 2.x. */
export const removeSecond = async (redis: Redis, layout: Layout, named: Named): Promise<void> => {
  const second = secondOf(layout, named);
  const { namespace, set } = second;
  const key = second.entryKey(named.name);
  await deleteEntry(redis, { key, set, namespace, name: named.name, version: 2 });
};

const secondOf = (layout: Layout, { namespace = layout.namespace }: Named): Layout => layoutOf(2, namespace);
