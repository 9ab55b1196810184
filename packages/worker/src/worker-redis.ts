/** Which Redis a worker works off, and who named it. */
import type { RedisTarget } from "@tsq/core";
import { defaultRedis } from "@tsq/core/protocol";

/** @param own the worker's own option */
export const redisOf = (
  own: RedisTarget | undefined,
): { readonly redis: RedisTarget; readonly redisFrom: string } => {
  if (own !== undefined) return { redis: own, redisFrom: "the worker's options" };
  const { redis, from } = defaultRedis();
  return { redis, redisFrom: from };
};
