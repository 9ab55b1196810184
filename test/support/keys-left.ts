/** What a worker that has stopped leaves in Redis. */
import type { Redis } from "ioredis";

// How jobs waited, failed and ended: each goes by itself.
const KEPT = /^tsq:(?:waits:|finished$|attempts$|attempts:)/;

/** Keys of tsq's own, but for what is kept of jobs for a time. */
export const keysLeft = async (redis: Redis): Promise<readonly string[]> => {
  const keys = await redis.keys("tsq:*");
  const ages = await Promise.all(keys.map((key) => redis.ttl(key)));
  return keys.filter((key, i) => !KEPT.test(key) || ages[i] === -1);
};
