/** Whether Sidekiq is at work in another database of the same server: then it may be ours that is the wrong one. */
import { PROCESSES } from "../wire/keys.ts";
import { connect } from "./connect.ts";
import type { Redis } from "./connect.ts";
import { redisOptions } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";

// A server with more databases is not looked at any further.
const MOST_DATABASES = 32;

/**
 * The first database, other than the target's, that has processes of Sidekiq; undefined when there is none.
 *
 * @param redis a connection to the same server, to ask which databases there are
 */
export const databaseWithProcesses = async (
  redis: Redis,
  target: RedisTarget,
  signal?: AbortSignal,
): Promise<number | undefined> => {
  const own = redisOptions(target).db ?? 0;
  const keyspace = await redis.info("keyspace");
  const others = [...keyspace.matchAll(/^db(\d+):/gm)]
    .map(([, index]) => Number(index))
    .filter((index) => index !== own)
    .slice(0, MOST_DATABASES);
  if (others.length === 0) return undefined;
  // Of its own: a database that is selected stays so, and a connection that is refused one is of no more use.
  const other = connect(target, "client");
  const end = (): void => other.disconnect();
  signal?.addEventListener("abort", end);
  try {
    return await firstWithProcesses(other, others);
  } finally {
    signal?.removeEventListener("abort", end);
    end();
  }
};

const firstWithProcesses = async (
  redis: Redis,
  databases: readonly number[],
): Promise<number | undefined> => {
  // Before it is ready, ioredis takes a SELECT for its own, and a refusal for the end of the connection.
  await redis.ping();
  for (const database of databases) {
    await redis.select(database);
    if ((await redis.exists(PROCESSES)) === 1) return database;
  }
  return undefined;
};
