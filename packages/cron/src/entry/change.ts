/** What is done to an entry that is there, as sidekiq-cron does it. */
import type { Redis } from "@tsq/core/protocol";
import { firedKey, historyKey, POLICIES, RUNS, WAITING, WRITTEN } from "../redis/keys.ts";
import { remove, turn } from "../redis/scripts.gen.ts";
import { parseCron } from "../expression/cron-expression.ts";
import type { EntryStatus } from "./fields.ts";
import type { EntryKey } from "./sets.ts";
import { tickMember } from "./times.ts";

/** Removes an entry with all that is kept of it, also in a Redis that is full. Resolves to whether it was there. */
export const deleteEntry = async (redis: Redis, { key, set }: EntryKey): Promise<boolean> => {
  const own = { set, entry: key, fired: firedKey(key), history: historyKey(key) };
  const beside = { policies: POLICIES, runs: RUNS, waiting: WAITING, written: WRITTEN };
  return (await remove(redis, { ...own, ...beside }, { name: key })) === 1;
};

/** Sidekiq-cron fires an instant for so long. */
const GRACE_MS = 60_000;

/**
 * Switches an entry on or off, also in a Redis that is full. What was due while it was off is not missed: the last instant
 * that can fire no more is written down as one that has had its turn.
 *
 * @returns whether it is there still
 */
export const setStatus = async (
  redis: Redis,
  { key }: EntryKey,
  status: EntryStatus,
  cron: string,
  nowMs: number,
): Promise<boolean> => {
  const over = status === "enabled" ? lastOver(cron, nowMs) : undefined;
  // A score that is not the instant's own says that nothing was pushed for it, nor for any before that time.
  const fired = over && { score: String(over.untilMs / 1_000), tick: tickMember(over.tickMs) };
  const found = await turn(
    redis,
    { entry: key, fired: firedKey(key) },
    { status, ...(fired ?? { score: "", tick: "" }) },
  );
  return found === 1;
};

/** Undefined for an expression that nobody can read: it can be switched all the same. */
const lastOver = (
  cron: string,
  nowMs: number,
): { readonly tickMs: number; readonly untilMs: number } | undefined => {
  try {
    const expression = parseCron(cron);
    const last = expression.previous(new Date(nowMs)).getTime();
    if (nowMs - last > GRACE_MS) return { tickMs: last, untilMs: nowMs };
    // This one fires yet.
    let tickMs = last;
    while (nowMs - tickMs <= GRACE_MS) tickMs = expression.previous(new Date(tickMs)).getTime();
    return { tickMs, untilMs: nowMs - GRACE_MS - 0.5 };
  } catch {
    return undefined;
  }
};
