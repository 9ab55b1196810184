/** What a poll reads of the schedule: two round trips, however many entries there are. */
import { isRubyInfo, keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { CronError } from "../cron-error.ts";
import { CLAIMS, POLICIES, POLLED, RUBY, SINCE } from "../redis/keys.ts";
import { isYes } from "../entry/fields.ts";
import { entryKeysOf, repliesOf, setsOf, twiceThere } from "../entry/sets.ts";
import type { EntryKey } from "../entry/sets.ts";

/** An entry as far as a poll looks at it when it is not due. */
export interface Glance {
  readonly at: EntryKey;
  readonly status: string | null;
  readonly cron: string | null;
  readonly lastEnqueued: string | null;
  readonly class: string;
  readonly isActiveJob: boolean;
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
  /** Whether a process of Ruby is alive. */
  readonly seesRuby: boolean;
  /** Whether one is, or was in the last 30 days. */
  readonly hasRuby: boolean;
}

export const readSnapshot = async (redis: Redis, namespaces: readonly string[]): Promise<Snapshot> => {
  const sets = setsOf(namespaces);
  const first = redis.pipeline();
  for (const set of sets) first.smembers(set);
  const replies = await repliesOf(
    first.smembers(keys.PROCESSES).hgetall(POLICIES).hgetall(CLAIMS).hgetall(SINCE).mget(POLLED, RUBY),
  );
  const found = entryKeysOf(namespaces, replies.slice(0, sets.length) as string[][]);
  const [identities, policies, claims, since, polled] = replies.slice(sets.length) as [
    string[],
    Record<string, string>,
    Record<string, string>,
    Record<string, string>,
    (string | null)[],
  ];
  const { glances, seesRuby } = await readAll(redis, found, identities);
  return {
    glances,
    twice: twiceThere(found),
    processes: identities.length,
    policies,
    claims,
    since,
    polledMs: polled[0] ? Number(polled[0]) : undefined,
    seesRuby,
    hasRuby: seesRuby || (polled[1] ?? null) !== null,
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

/** A few fields of each: all of a thousand entries would cost five times as much to parse. */
const readAll = async (
  redis: Redis,
  found: readonly EntryKey[],
  identities: readonly string[],
): Promise<Pick<Snapshot, "glances" | "seesRuby">> => {
  if (found.length === 0 && identities.length === 0) return { glances: [], seesRuby: false };
  const pipeline = redis.pipeline();
  for (const { key } of found)
    pipeline.hmget(key, "status", "cron", "last_enqueue_time", "klass", "active_job");
  for (const identity of identities) pipeline.hget(identity, "info");
  const replies = (await pipeline.exec()) ?? [];
  // A key of another type is one bad entry, and no reason to pass over the others.
  const failed = replies.find(([error]) => error && !error.message.startsWith("WRONGTYPE"))?.[0];
  if (failed) throw failed;
  const glances = found.map((at, i) => glanceOf(at, replies[i] ?? [null, null]));
  const infos = replies.slice(found.length).map(([, info]) => info);
  return { glances, seesRuby: infos.some((info) => typeof info === "string" && isRubyInfo(info)) };
};

const glanceOf = (at: EntryKey, [error, reply]: readonly [Error | null, unknown]): Glance => {
  if (error) {
    const text = `Expected \`${at.key}\` to be the hash of a cron entry, got a key of another type. Delete or rename it, and load the entry again.`;
    const nothing = { status: null, cron: null, lastEnqueued: null, class: "", isActiveJob: false };
    return { at, ...nothing, error: new CronError(text) };
  }
  const [status = null, cron = null, lastEnqueued = null, klass, activeJob] = (reply ?? []) as (
    | string
    | null
  )[];
  return { at, status, cron, lastEnqueued, class: klass ?? "", isActiveJob: isYes(activeJob ?? "") };
};
