/** The instants that nobody has fired: found, told once, and fired late where the entry asks for it. */
import type { Redis } from "@tsq/core/protocol";
import type { CronExpression } from "../expression/cron-expression.ts";
import type { Policy } from "../entry/policy.ts";
import { CLAIMS, firedKey, instantField, MISSED } from "../redis/keys.ts";
import { repliesOf } from "../entry/sets.ts";
import { readRubyTime, tickMember } from "../entry/times.ts";
import { GRACE_MS, SKEW_MS } from "./due.ts";

/**
 * Why an instant has not fired: no process was there, the one that had taken it has died, it was left to Ruby, and no
 * process of Ruby has fired it, or Redis was away or refused it.
 */
export type MissedReason = "nobody" | "died" | "left" | "redis";

export interface MissedTick {
  readonly tickMs: number;
  readonly reason: MissedReason;
  /** The process that had taken it, where that is known. */
  readonly by?: string;
}

/** So many are looked for at most, of each entry. */
const MOST = 1_000;
/** Sidekiq-cron forgets after a day what has fired. */
const KEPT_MS = 86_400_000;
/** The record of them. */
const KEPT_TICKS = 1_000;
const KEPT_SECONDS = 30 * 86_400;

export interface MissedQuestion {
  readonly key: string;
  readonly expression: CronExpression;
  /** Since when the entry has it: before that nobody has missed an instant of it. */
  readonly expressionMs: number;
  readonly lastTickMs: number;
  readonly lastEnqueuedMs: number | undefined;
  readonly nowMs: number;
  /** When some process of tsq last polled; undefined when none has. */
  readonly polledMs: number | undefined;
  readonly policy: Policy;
}

/** From when on an instant may have been missed; undefined when none can have been. */
export const missedSince = ({
  lastTickMs,
  lastEnqueuedMs = 0,
  nowMs,
  polledMs,
}: Omit<MissedQuestion, "key" | "expression" | "expressionMs" | "policy">): number | undefined => {
  const isOver = nowMs - lastTickMs > GRACE_MS;
  if (polledMs === undefined) return undefined;
  if (nowMs - polledMs > GRACE_MS) return polledMs - SKEW_MS;
  // Somebody has looked in time. But whoever took it may have died before it could push.
  const isLate = isOver && lastEnqueuedMs < lastTickMs && nowMs - lastTickMs < GRACE_MS + SKEW_MS;
  return isLate ? lastTickMs : undefined;
};

/** As `missedSince`, of an entry that this process leaves to others: no poll of tsq says that somebody has looked. */
export const missedSinceOfOthers = (question: Parameters<typeof missedSince>[0]): number | undefined => {
  const { lastEnqueuedMs = 0, nowMs, polledMs } = question;
  if (polledMs === undefined || nowMs - polledMs > GRACE_MS) return missedSince(question);
  // Further back they were looked for before.
  return nowMs - lastEnqueuedMs > GRACE_MS ? nowMs - GRACE_MS - SKEW_MS : undefined;
};

/** The instants from `sinceMs` on that have not fired, the oldest first; one round trip. */
export const findMissed = async (
  redis: Redis,
  { key, expression, expressionMs, lastTickMs, lastEnqueuedMs = 0, nowMs, policy }: MissedQuestion,
  sinceMs: number,
): Promise<readonly MissedTick[]> => {
  const most = policy.catchUp === "all" ? policy.catchUpMax : MOST;
  const ticks: number[] = [];
  for (let tick = lastTickMs; tick >= sinceMs && ticks.length < most;) {
    if (nowMs - tick > GRACE_MS) ticks.push(tick);
    tick = expression.previous(new Date(tick)).getTime();
  }
  if (ticks.length === 0) return [];
  const fields = ticks.map((tick) => instantField(key, tickMember(tick)));
  // In this order: who takes an instant writes its claim with it, and removes that when the time is there.
  const [scored, claims, enqueued] = await repliesOf(
    redis
      .pipeline()
      .zrange(firedKey(key), "0", "-1", "WITHSCORES")
      .hmget(CLAIMS, ...fields)
      .hget(key, "last_enqueue_time"),
  );
  const flat = scored as string[];
  const taken = new Set(fields.filter((_, i) => (claims as (string | null)[])[i] !== null));
  const lastMs = Math.max(lastEnqueuedMs, readRubyTime(enqueued as string | null) ?? 0);
  const fired = new Map<string, number>();
  let madeMs = 0;
  for (let i = 0; i < flat.length; i += 2) {
    const [member = "", score = ""] = flat.slice(i, i + 2);
    fired.set(member, Number(score) * 1_000);
    // One whose score is not its own was written when the entry was made or switched on.
    if (Number(score) * 1_000 !== Date.parse(member)) madeMs = Math.max(madeMs, Number(score) * 1_000);
  }
  // The first that was written down is the one before the entry was made: who tries to claim it takes its score.
  const firstMs = Math.min(...[...fired.keys()].map((member) => Date.parse(member)));
  if (Number.isFinite(firstMs)) madeMs = Math.max(madeMs, firstMs - 1);
  return ticks
    .reverse()
    .filter((tick) => tick > madeMs && tick > lastMs - KEPT_MS)
    .filter((tick) => !taken.has(instantField(key, tickMember(tick))))
    .flatMap((tickMs): MissedTick[] => {
      const score = fired.get(tickMember(tickMs));
      if (score === undefined) return tickMs >= expressionMs ? [{ tickMs, reason: "nobody" }] : [];
      // Taken for this instant, and nothing was pushed since. Of an entry that has never fired it may be that first one.
      return score === tickMs && lastMs > 0 && lastMs < tickMs ? [{ tickMs, reason: "died" }] : [];
    });
};

/** A millisecond each. */
const REASONS: readonly MissedReason[] = ["nobody", "died", "left", "redis"];

/**
 * The reason is in the score, a millisecond on: in the member it would make two of an instant that one process sees
 * before another has fired it late, and one after.
 */
const scoreOf = (tickMs: number, reason: MissedReason): number => tickMs + REASONS.indexOf(reason);

/** The reason, by the score. */
export const reasonOf = (score: number): MissedReason => REASONS[score % 1_000] ?? "nobody";

/** Writes down those that nobody has told yet, and resolves to them: each is told by one process. */
export const noteMissed = async (
  redis: Redis,
  key: string,
  missed: readonly MissedTick[],
): Promise<readonly MissedTick[]> => {
  if (missed.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const { tickMs, reason } of missed)
    pipeline.zadd(MISSED, "NX", scoreOf(tickMs, reason), instantField(key, tickMember(tickMs)));
  pipeline.zremrangebyrank(MISSED, 0, -KEPT_TICKS - 1).expire(MISSED, KEPT_SECONDS);
  const replies = await repliesOf(pipeline);
  return missed.filter((_, i) => replies[i] === 1);
};
