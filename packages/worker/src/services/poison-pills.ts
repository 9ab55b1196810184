/**
 * Jobs whose processes die again and again. A job that was rescued three times within 72 h has probably killed its
 * process each time: the next time it goes to the dead set (Sidekiq Pro's rule).
 */
import { createHash } from "node:crypto";
import type { RawPayload } from "@tsq/core";
import { dumpJson, editPayloadBytes, keys, memberText, parsePayload } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";

const MOST_RESCUES = 3;
// 72 hours, as in lua/core/rescue.lua.
const COUNTED_SECONDS = 259_200;

/** What the log says of one. */
export const PILL_BURIED = "Poison pill: its process died each time, the job is in the dead set";

/** Whether a job that was rescued so often does not run again. */
export const isPill = (rescues: number): boolean => rescues >= MOST_RESCUES;

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
  const pipeline = redis.pipeline();
  for (const id of distinct) pipeline.incr(keys.rescueCountKey(id));
  for (const id of distinct) pipeline.expire(keys.rescueCountKey(id), COUNTED_SECONDS);
  const replies = (await pipeline.exec()) ?? [];
  // A count that cannot be raised, because its key holds something else, counts nothing.
  const pills = new Set(distinct.filter((_, i) => isPill(Number(replies[i]?.[1] ?? 0) - 1)));
  return new Set(jobs.filter((_, i) => pills.has(ids[i] as string)));
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
