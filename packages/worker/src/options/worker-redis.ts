/** Which Redis a worker works off, and who named it. */
import type { RedisTarget } from "@tsq/core";
import { defaultRedis, redisOptions } from "@tsq/core/protocol";

/**
 * @param own the worker's own option
 * @throws ConfigError when that is no Redis, or has an option that nobody knows
 */
export const redisOf = (
  own: RedisTarget | undefined,
): { readonly redis: RedisTarget; readonly redisFrom: string; readonly isRedisOwn: boolean } => {
  if (own !== undefined) {
    redisOptions(own);
    return { redis: own, redisFrom: "the worker's options", isRedisOwn: true };
  }
  const { redis, from } = defaultRedis();
  return { redis, redisFrom: from, isRedisOwn: false };
};
