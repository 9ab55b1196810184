/** Writes what Sidekiq does not keep: waits, jobs that have ended, failures. Each key has a limit and a time to live. */
import { keys, waitsLayout } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";
import { MOST_ATTEMPTS } from "../run/kept.ts";
import type { Kept } from "../run/kept.ts";

const DAY_SECONDS = 86_400;
const MOST_FORGOTTEN = 1_000;

/** Adds what was noted since the last beat. What Redis refuses is left out: none of it is worth a heartbeat. */
export const writeKept = async (redis: Redis, kept: Kept, nowMs: number): Promise<void> => {
  const { limits, attempts, finished, waits } = kept;
  const { waitField, WAITS_EXPIRE_SECONDS } = waitsLayout;
  const expires = limits.days * DAY_SECONDS;
  const pipeline = redis.pipeline();
  if (waits.size > 0) {
    const key = keys.waitsKey(nowMs);
    for (const [queue, { counts, ms }] of waits) {
      for (const [i, count] of counts.entries())
        if (count > 0) pipeline.hincrby(key, waitField(queue, i), count);
      pipeline.hincrby(key, waitField(queue, "ms"), Math.round(ms));
    }
    pipeline.expire(key, WAITS_EXPIRE_SECONDS);
  }
  if (finished.length > 0) {
    pipeline.zadd(keys.FINISHED, ...finished.flatMap((job) => [job.atMs, JSON.stringify(job)]));
    pipeline.zremrangebyrank(keys.FINISHED, 0, -limits.finished - 1);
    pipeline.expire(keys.FINISHED, expires);
  }
  for (const [jid, failures] of attempts) {
    const key = keys.attemptsKey(jid);
    pipeline.zadd(key, ...failures.flatMap((one) => [one.atMs, JSON.stringify(one)]));
    pipeline.zremrangebyrank(key, 0, -MOST_ATTEMPTS - 1);
    pipeline.expire(key, expires);
    pipeline.zadd(keys.ATTEMPTS, failures.at(-1)?.atMs ?? nowMs, jid);
  }
  if (attempts.size > 0) pipeline.expire(keys.ATTEMPTS, expires);
  await pipeline.exec();
  if (attempts.size > 0) await forgetOldest(redis, limits.attempts);
};

/** Beyond the limit those go whose last failure is longest ago. */
const forgetOldest = async (redis: Redis, most: number): Promise<void> => {
  const pipeline = redis.pipeline().zrange(keys.ATTEMPTS, "0", String(-most - 1));
  const oldest = (await pipeline.exec())?.[0]?.[1];
  if (!Array.isArray(oldest) || oldest.length === 0) return;
  // As many as beats have brought since, unless the limit was lowered: then a few with each beat.
  const jids = (oldest as readonly string[]).slice(0, MOST_FORGOTTEN);
  await redis
    .pipeline()
    .unlink(...jids.map((jid) => keys.attemptsKey(jid)))
    .zrem(keys.ATTEMPTS, ...jids)
    .exec();
};
