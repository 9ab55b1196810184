/**
 * What says that nobody wants a job any more: the field `cancelled` of `it-<jid>`, which is Ruby's (WIRE §9.4), and the
 * index `tsq:cancelled`, by which workers know where to look. The field decides, the index only hints.
 */
import { ConfigError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import type { Redis } from "../redis/connect.ts";
import { cancel } from "../redis/scripts.gen.ts";
import { CANCELLED, iterationKey } from "../wire/keys.ts";

/** Sidekiq's: so long a state outlives the last that was heard of its job. */
const TTL_SECONDS = 2_592_000;
const MOST = 10_000;

/** The field of `it-<jid>` with the time of the first request, in seconds. */
const FIELD = "cancelled";

/** Ruby's fields of how far an iterable job has come, and what lua/core/cancel.lua writes where there are none. */
const STATE = ["ex", "c", "rt"];
const UNBEGUN = "0,null,0";

/**
 * @returns when it was first asked for
 * @throws ConfigError when the jid is none
 */
export const requestCancel = async (redis: Redis, jid: string, nowMs: number): Promise<Date> => {
  // From JavaScript anything can come.
  if (typeof jid !== "string" || jid === "")
    throw new ConfigError(`Expected the jid of a job, got \`${inspect(jid)}\`. Pass what its push returned.`);
  const first = await cancel(
    redis,
    { state: iterationKey(jid), index: CANCELLED },
    {
      jid,
      nowMs: String(nowMs),
      seconds: String(Math.floor(nowMs / 1_000)),
      most: MOST,
      ttl: TTL_SECONDS,
    },
  );
  const seconds = Number(first);
  return new Date(Number.isFinite(seconds) ? seconds * 1_000 : nowMs);
};

/** Whether the field of each says that it was cancelled. */
export const areCancelled = async (redis: Redis, jids: readonly string[]): Promise<readonly boolean[]> =>
  (await cancelsOf(redis, jids)).map((seconds) => seconds !== undefined);

/** What the field of each says: since when, in seconds, if it was cancelled. */
export const cancelsOf = async (
  redis: Redis,
  jids: readonly string[],
): Promise<readonly (string | undefined)[]> => {
  if (jids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const jid of jids) pipeline.hget(iterationKey(jid), FIELD);
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, value]) => {
    // A key of another type is no mark; an error of the connection is one of them all.
    if (error && !error.message.startsWith("WRONGTYPE")) throw error;
    // A string is what HGET answers, or null.
    return error ? undefined : ((value as string | null) ?? undefined);
  });
};

/** Takes back what was asked, for jobs that somebody wants again; how far an iterable one had come stays. */
export const withdrawCancel = async (redis: Redis, jids: readonly string[]): Promise<void> => {
  if (jids.length === 0) return;
  const pipeline = redis.pipeline().zrem(CANCELLED, ...jids);
  for (const jid of jids) pipeline.hdel(iterationKey(jid), FIELD);
  await thrown(pipeline);
};

/** As `withdrawCancel`, for jobs that have been deleted or buried already: nobody starts them, with a mark or without. */
export const clearCancel = async (redis: Redis, jids: readonly string[]): Promise<void> => {
  try {
    const since = await cancelsOf(redis, jids);
    await withdrawCancel(
      redis,
      jids.filter((_, i) => since[i] !== undefined),
    );
  } catch {
    // What was asked for is done, and that is to be told. A mark that stays lapses.
  }
};

/** Forgets jobs that have ended; how far an iterable one of Ruby had come stays. */
export const forgetCancelled = async (redis: Redis, jids: readonly string[]): Promise<void> => {
  if (jids.length === 0) return;
  const asked = redis.pipeline();
  for (const jid of jids) asked.hmget(iterationKey(jid), ...STATE);
  const states = (await asked.exec()) ?? [];
  const pipeline = redis.pipeline();
  for (const [i, jid] of jids.entries()) {
    if (String(states[i]?.[1]) === UNBEGUN) pipeline.unlink(iterationKey(jid));
    else pipeline.hdel(iterationKey(jid), FIELD);
  }
  await thrown(pipeline.zrem(CANCELLED, ...jids));
};

const thrown = async (pipeline: ReturnType<Redis["pipeline"]>): Promise<void> => {
  const replies = (await pipeline.exec()) ?? [];
  const failed = replies.find(([error]) => error && !error.message.startsWith("WRONGTYPE"))?.[0];
  if (failed) throw failed;
};
