/** Mends a `last_enqueue_time` that keeps entries from firing. */
import type { Redis } from "@tsq/core/protocol";
import { instantOfNumber, isNumericTime, readRubyTime, rubyTime, tickMember } from "../entry/times.ts";
import { firedKey } from "../redis/keys.ts";
import { SKEW_MS } from "./due.ts";
import type { Glance } from "./snapshot.ts";
import type { Teller } from "./teller.ts";

/** A number: whoever left it there has stopped all entries of Ruby (WIRE §12.2). */
export const mendNumber = async (redis: Redis, glance: Glance, tell: Teller): Promise<Glance> => {
  const { at, lastEnqueued: was } = glance;
  if (!isNumericTime(was)) return glance;
  const lastEnqueued = rubyTime(instantOfNumber(was));
  await redis.hset(at.key, "last_enqueue_time", lastEnqueued);
  tell.repaired(at.key, was, lastEnqueued, "number");
  return { ...glance, lastEnqueued };
};

/**
 * A time to come, of a process whose clock is wrong: until then nobody would fire the entry. It is one by the clock of
 * this process and by that of Redis: one of the two may be the wrong one.
 */
export const mendAhead = async (
  redis: Redis,
  glance: Glance,
  { tickMs, nowMs }: { readonly tickMs: number; readonly nowMs: number },
  tell: Teller,
): Promise<Glance> => {
  const { at, lastEnqueued: was } = glance;
  const wasMs = readRubyTime(was) ?? 0;
  if (was === null || wasMs <= nowMs + SKEW_MS) return glance;
  // Who may not ask for it cannot tell.
  const [seconds] = await redis.time().catch(() => [Number.POSITIVE_INFINITY]);
  if (wasMs <= Number(seconds) * 1_000 + SKEW_MS) return glance;
  // What has not been taken is due still.
  const isTaken = (await redis.zscore(firedKey(at.key), tickMember(tickMs))) !== null;
  const lastEnqueued = rubyTime(isTaken ? tickMs : tickMs - 1_000);
  await redis.hset(at.key, "last_enqueue_time", lastEnqueued);
  tell.repaired(at.key, was, lastEnqueued, "ahead");
  return { ...glance, lastEnqueued };
};
