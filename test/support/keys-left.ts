/** What of tsq's own stays in Redis behind a worker that has stopped, in one list: each goes by itself (docs/wire.md). */
import type { Redis } from "ioredis";

/** Names of keys; of one that ends with a colon all that begin so. */
type Names = readonly string[];

/** What is kept of jobs and of their runs, by any worker. */
const KEPT: Names = ["tsq:attempts", "tsq:attempts:", "tsq:finished", "tsq:waits:"];

/**
 * What is left besides where a test has it: by a rescue (a pad that is closed, too), a client, a cancel, a bell, the cron
 * schedule, and a heartbeat that has no time for its end.
 */
const LEFT: Names = [
  "tsq:cancelled",
  "tsq:classes:",
  "tsq:cron:missed",
  "tsq:cron:polled",
  "tsq:cron:polled:",
  "tsq:cron:ruby",
  "tsq:cron:runs",
  "tsq:cron:since",
  "tsq:cron:waiting",
  "tsq:cron:written",
  "tsq:heard",
  "tsq:pad:",
  "tsq:push:",
  "tsq:rescued:",
  "tsq:rescues:",
  "tsq:watch:",
];

const isOf = (key: string, names: Names): boolean =>
  names.some((name) => (name.endsWith(":") ? key.startsWith(name) : key === name));

/** Keys of tsq's own that a worker should not have left: those that would stay for ever, and all but what is kept of jobs for a time. */
export const keysLeft = (redis: Redis): Promise<readonly string[]> => keysBut(redis, KEPT);

/** The same of workers of which some were rescued, or that others have pushed to and asked things of. */
export const keysLeftByAll = (redis: Redis): Promise<readonly string[]> => keysBut(redis, [...KEPT, ...LEFT]);

const keysBut = async (redis: Redis, stay: Names): Promise<readonly string[]> => {
  const keys = await redis.keys("tsq:*");
  const ages = await Promise.all(keys.map(async (key) => [key, await redis.ttl(key)] as const));
  // -2: gone between the two questions, as the key of a client that ends when its last worker has stopped.
  return ages.filter(([key, age]) => age !== -2 && (age === -1 || !isOf(key, stay))).map(([key]) => key);
};
