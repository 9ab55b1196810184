/** What a push is rejected with when the server is to blame. */
import type { Redis } from "ioredis";
import { TsqError } from "../errors.ts";
import type { RedisTarget } from "./redis-target.ts";
import { whyUnusable } from "./why-unusable.ts";

/** @returns errors of ours as they are, and every other as RedisUnusableError */
export const pushFailure = (target: RedisTarget, error: Error): TsqError =>
  error instanceof TsqError
    ? error
    : whyUnusable(target, error, "Set REDIS_URL, or `redis` of configure() or of the Client.");

/**
 * Remembers what a connection last died of: ioredis tells a command only that there is no connection.
 *
 * @returns what throws the failure of a command on it
 */
export const failures = (redis: Redis, target: RedisTarget): ((error: Error) => never) => {
  let last: Error | undefined;
  // Those that were sent together fail together.
  let told: { readonly of: Error; readonly as: TsqError } | undefined;
  redis.on("error", (error: Error) => (last = error));
  redis.on("ready", () => (last = undefined));
  return (error) => {
    const isOwn = error instanceof TsqError || error.name === "ReplyError";
    if (told?.of !== error) told = { of: error, as: pushFailure(target, isOwn ? error : (last ?? error)) };
    throw told.as;
  };
};
