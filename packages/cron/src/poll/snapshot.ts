/** What a poll reads of the schedule: two round trips, however many entries there are. */
import { keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { CronError } from "../cron-error.ts";
import { CLAIMS, POLICIES, POLLED, SINCE } from "../redis/keys.ts";
import { entryKeysOf, repliesOf, setsOf, twiceThere } from "../entry/sets.ts";
import type { EntryKey } from "../entry/sets.ts";

/** An entry as far as a poll looks at it when it is not due. */
export interface Glance {
  readonly at: EntryKey;
  readonly status: string | null;
  readonly cron: string | null;
  readonly lastEnqueued: string | null;
  /** Set when the key is no hash: nothing of it can be read. */
  readonly error?: Error;
}

export interface Snapshot {
  readonly glances: readonly Glance[];
  /** Keys of entries that 1.x has too. */
  readonly twice: ReadonlySet<string>;
  readonly processes: number;
  readonly policies: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>>;
  /** The expression of each entry when it was last looked at, and since when: `readSince` reads it. */
  readonly since: Readonly<Record<string, string>>;
  /** When a process of tsq last polled, in milliseconds. */
  readonly polledMs: number | undefined;
}

export const readSnapshot = async (redis: Redis, namespaces: readonly string[]): Promise<Snapshot> => {
  const sets = setsOf(namespaces);
  const first = redis.pipeline();
  for (const set of sets) first.smembers(set);
  const replies = await repliesOf(
    first.scard(keys.PROCESSES).hgetall(POLICIES).hgetall(CLAIMS).hgetall(SINCE).mget(POLLED),
  );
  const found = entryKeysOf(namespaces, replies.slice(0, sets.length) as string[][]);
  const [processes, policies, claims, since, polled] = replies.slice(sets.length) as [
    number,
    Record<string, string>,
    Record<string, string>,
    Record<string, string>,
    (string | null)[],
  ];
  return {
    glances: await glancesAt(redis, found),
    twice: twiceThere(found),
    processes,
    policies,
    claims,
    since,
    polledMs: polled[0] ? Number(polled[0]) : undefined,
  };
};

/** What is kept of entries that somebody has deleted, Ruby say, which knows nothing of it. */
export const forgetDeleted = async (redis: Redis, { policies, since, glances }: Snapshot): Promise<void> => {
  const keysThere = new Set(glances.map(({ at }) => at.key));
  for (const key of new Set([...Object.keys(policies), ...Object.keys(since)])) {
    // One of another namespace is there.
    if (keysThere.has(key) || (await redis.exists(key)) > 0) continue;
    await repliesOf(redis.pipeline().hdel(POLICIES, key).hdel(SINCE, key));
  }
};

/** Three fields of each: all of a thousand entries would cost five times as much to parse. */
const glancesAt = async (redis: Redis, found: readonly EntryKey[]): Promise<readonly Glance[]> => {
  if (found.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const { key } of found) pipeline.hmget(key, "status", "cron", "last_enqueue_time");
  const replies = (await pipeline.exec()) ?? [];
  return found.flatMap((at, i) => {
    const [error, reply] = replies[i] ?? [];
    // A key of another type is one bad entry, and no reason to pass over the others.
    if (error && !error.message.startsWith("WRONGTYPE")) throw error;
    if (error) {
      const text = `Expected \`${at.key}\` to be the hash of a cron entry, got a key of another type. Delete or rename it, and load the entry again.`;
      return [{ at, status: null, cron: null, lastEnqueued: null, error: new CronError(text) }];
    }
    const [status = null, cron = null, lastEnqueued = null] = (reply ?? []) as (string | null)[];
    return [{ at, status, cron, lastEnqueued }];
  });
};
