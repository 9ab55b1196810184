/** Tells failures of Redis from those of another server: by its class alone none is. */

/** Set on what a command was rejected with; also for another copy of the library. */
const OF_REDIS = Symbol.for("tsq.of-redis.v1");

/** Says of an error that a command was rejected with it. */
export const markOfRedis = (error: Error): void => {
  if (Object.isExtensible(error)) Object.defineProperty(error, OF_REDIS, { value: true });
};

/** Whether a command of the data API was rejected with it. */
export const isOfRedis = (error: unknown): boolean =>
  typeof error === "object" && error !== null && Object.hasOwn(error, OF_REDIS);
