/** One Redis for all that runs under `tsq work`: the worker, its heartbeat, and what its jobs push. */
import type { Logger } from "pino";
import { defaultClient } from "@tsq/core";
import { configureRedis, defaultRedis, describeTarget, moveClient } from "@tsq/core/protocol";
import type { RedisSource } from "@tsq/core/protocol";
import type { WorkerOptions } from "@tsq/worker";

/**
 * Makes what a `configureWorker` named the default of everything else. What `configure()` was told, in a module or in
 * `configureWorker`, is that already.
 *
 * @param given what `configureWorker` got
 * @param told what the command was told
 * @returns the options without `redis`: the worker asks for the default itself, and logs who named it
 */
export const withOneRedis = (
  { redis, ...own }: WorkerOptions,
  { given, told, log }: { readonly given: RedisSource; readonly told: RedisSource; readonly log: Logger },
): WorkerOptions => {
  if (redis !== undefined && redis !== given.redis) {
    configureRedis(redis, "configureWorker");
    moveClient(defaultClient(), redis);
  }
  const used = defaultRedis();
  const [unused, where] = [describeTarget(told.redis), describeTarget(used.redis)];
  if (told.from !== "default" && unused !== where) {
    log.warn({ redis: unused, from: told.from }, `This Redis is not used: ${used.from} names another`);
  }
  return own;
};
