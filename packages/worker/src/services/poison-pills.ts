/**
 * Jobs whose processes die again and again. A job that was rescued three times within 72 h has probably killed its
 * process each time: if it does once more within that time, it goes to the dead set (Sidekiq Pro's rule). The 72 h begin with
 * the first rescue: a job that runs for days, and loses its process to a machine now and then, is no pill.
 */
import { createHash } from "node:crypto";
import type { RawPayload } from "@tsq/core";
import { dumpJson, editPayloadBytes, keys, memberText, parsePayload, strike } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";

const MOST_RESCUES = 3;
// 72 hours, as in lua/shared/count-rescue.lua.
const COUNTED_SECONDS = 259_200;

/** What the log says of one. */
export const PILL_BURIED = "Poison pill: its process died each time, the job is in the dead set";

/** What a job's rescues are counted by. Jobs without a jid must not be counted as one. */
export const rescueId = (payload: Buffer): string => {
  const jid = parsed(payload)?.["jid"];
  return typeof jid === "string" ? jid : createHash("sha1").update(payload).digest("hex");
};

/** Counts one rescue for each, and answers those that had been rescued too often before. */
export const countRescues = async <T extends { readonly text: string }>(
  redis: Redis,
  jobs: readonly T[],
): Promise<ReadonlySet<T>> => {
  const ids = jobs.map(({ text }) => rescueId(Buffer.from(text)));
  const distinct = [...new Set(ids)];
  const counts = distinct.map(keys.rescueCountKey);
  const places = await strike(redis, { owners: keys.OWNERS, counts }, { most: MOST_RESCUES });
  const pills = new Set(places.map((place) => distinct[place - 1]));
  return new Set(jobs.filter((_, i) => pills.has(ids[i] as string)));
};

/** Those of the jobs that were rescued too often before. */
export const pillsAmong = async <T extends { readonly jid: string }>(
  redis: Redis,
  jobs: readonly T[],
): Promise<ReadonlySet<T>> => {
  if (jobs.length === 0) return new Set();
  const counts = await redis.mget(...jobs.map(({ jid }) => keys.rescueCountKey(jid)));
  const pills = jobs.filter((_, i) => Number(counts[i] ?? 0) >= MOST_RESCUES);
  for (const { jid } of pills) await endCount(redis, keys.rescueCountKey(jid));
  return new Set(pills);
};

/** A count that was restored has no end: whoever retries the dead job would find it dead at each rescue, for ever. */
const endCount = async (redis: Redis, key: string): Promise<void> => {
  if ((await redis.ttl(key)) < 0) await redis.expire(key, COUNTED_SECONDS);
};

/** A pill as the dead set gets it. */
export const pillText = (payload: Buffer, queue: string, now: string): Buffer => {
  // What is no job has no fields to set: it is kept as it is.
  if (!parsed(payload)) return payload;
  return editPayloadBytes(payload, {
    queue: dumpJson(queue),
    error_class: dumpJson("Tsq::PoisonPill"),
    error_message: dumpJson(`The process that ran this job died ${MOST_RESCUES + 1} times within 72 hours`),
    ...(memberText(payload.toString("latin1"), "failed_at") ? { retried_at: now } : { failed_at: now }),
  });
};

const parsed = (payload: Buffer): RawPayload | undefined => {
  try {
    return parsePayload(payload.toString("utf8"));
  } catch {
    // Garbage goes back to its queue; whoever fetches it puts it into the dead set.
    return undefined;
  }
};
