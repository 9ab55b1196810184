/** Writes down how the runs of entries end that ask for it, and fires what has waited for that. */
import type { JobRun, Outcome } from "@tsq/worker";
import type { Redis } from "@tsq/core/protocol";
import { readFields } from "../entry/fields.ts";
import { readPolicy } from "../entry/policy.ts";
import { CLAIMS, instantIn, POLICIES, RUNS, WAITING } from "../redis/keys.ts";
import { conclude } from "../redis/scripts.gen.ts";
import type { Teller } from "./teller.ts";
import { MARK } from "./cron-item.ts";
import type { Firing } from "./firing.ts";
import { hasRuby } from "./ruby-signs.ts";
import { isState, readRun, writeRun } from "./run-record.ts";

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
  const { firedMs = startedAtMs, tick = "-" } = readRun(before) ?? {};
  const next = firing.claimOf(key, "", nowMs);
  const field = await conclude(
    redis,
    { runs: RUNS, waiting: WAITING, claims: CLAIMS },
    {
      entry: key,
      jid,
      run: writeRun({ state: kind, jid, firedMs, tick, endedMs: nowMs }),
      claim: next.claim,
    },
  );
  if (field === "") return true;
  const [hash, policies] = await Promise.all([redis.hgetall(key), redis.hmget(POLICIES, key)]);
  const claimed = { ...next, tick: instantIn(field).tick, field };
  const policy = readPolicy(policies[0] ?? undefined);
  // A run that this process could not make has ended here too. Who knows the class takes the claim over.
  const isThere = Object.keys(hash).length > 0;
  if (isThere && !firing.knows(readFields(hash), policy) && (await hasRuby(redis))) return true;
  tell.fired(key, claimed.tick, await firing.fire(claimed, { hash, policy, nowMs }));
  return true;
};
