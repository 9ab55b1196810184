/** Whether processes of Ruby share this Redis, or have done so lately: they fire what only they can. */
import { readGenerations } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { RUBY } from "../redis/keys.ts";

/** A Ruby that was away for so long is no more. */
const KEPT_SECONDS = 30 * 86_400;

/** As a poll knows it by its snapshot, for who does not poll. */
export const hasRuby = async (redis: Redis): Promise<boolean> =>
  (await redis.exists(RUBY)) > 0 || (await readGenerations(redis)).size > 0;

/** Writes down that one was seen. */
export const noteRuby = async (redis: Redis, nowMs: number): Promise<void> => {
  await redis.set(RUBY, String(nowMs), "EX", KEPT_SECONDS);
};
