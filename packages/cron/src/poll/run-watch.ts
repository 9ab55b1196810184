/** Writes down how the runs of entries end that ask for it, and fires what has waited for that. */
import type { JobRun, Outcome } from "@tsq/worker";
import type { Redis } from "@tsq/core/protocol";
import { readPolicy } from "../entry/policy.ts";
import { CLAIMS, POLICIES, RUNS, WAITING } from "../redis/keys.ts";
import { conclude } from "../redis/scripts.gen.ts";
import type { Teller } from "./teller.ts";
import { MARK } from "./cron-item.ts";
import type { Firing } from "./firing.ts";
import { isState, writeRun } from "./run-record.ts";

/** @returns whether the run was one of an entry and is over */
export const concludeRun = async (
  { payload, jid, startedAtMs }: JobRun,
  { kind }: Outcome,
  { redis, firing, tell, nowMs }: { redis: Redis; firing: Firing; tell: Teller; nowMs: number },
): Promise<boolean> => {
  const key = payload[MARK];
  // A retry, a snooze and an interrupt are no end.
  if (typeof key !== "string" || !isState(kind)) return false;
  const before = await redis.hget(RUNS, key);
  const [, , fired = String(startedAtMs), tick = "-"] = before?.split(" ") ?? [];
  const next = firing.claimOf(key, "", nowMs);
  const waited = await conclude(
    redis,
    { runs: RUNS, waiting: WAITING, claims: CLAIMS },
    {
      entry: key,
      jid,
      run: writeRun({ state: kind, jid, firedMs: Number(fired), tick, endedMs: nowMs }),
      claim: next.claim,
    },
  );
  if (waited === "") return true;
  const [hash, policies] = await Promise.all([redis.hgetall(key), redis.hmget(POLICIES, key)]);
  const claimed = { ...next, tick: waited, field: `${key}\n${waited}` };
  tell.fired(key, waited, await firing.fire(claimed, hash, readPolicy(policies[0] ?? undefined), nowMs));
  return true;
};
