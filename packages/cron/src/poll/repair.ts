/** Fires what a process has taken and not fired, because it died in between. Ruby loses such an instant (WIRE §12.4). */
import type { Redis } from "@tsq/core/protocol";
import { readFields } from "../entry/fields.ts";
import { readPolicy } from "../entry/policy.ts";
import type { Policy } from "../entry/policy.ts";
import { instantIn } from "../redis/keys.ts";
import { takenAtMs, takenBy } from "./claim-text.ts";
import type { Teller } from "./teller.ts";
import { fireAndTell, isOfEntry } from "./fire-and-tell.ts";
import type { FiredOrNot } from "./fire-and-tell.ts";
import type { Firing } from "./firing.ts";
import { noteMissed } from "./missed.ts";
import type { Snapshot } from "./snapshot.ts";

/** A claim is a matter of milliseconds. One that is older has no owner, or one that will find it gone. */
const ABANDONED_MS = 60_000;
/** What fails for so long, as by a middleware that throws, is missed. */
const GIVEN_UP_MS = 3_600_000;

interface Repairing {
  readonly firing: Firing;
  readonly redis: Redis;
  readonly snapshot: Snapshot;
  readonly tell: Teller;
  readonly nowMs: number;
}

/** A claim of an entry that nobody comes back for. */
interface Abandoned {
  readonly field: string;
  readonly before: string;
  readonly tickMs: number;
  readonly isOver: boolean;
}

/** All entries at once: one with client middleware that does not answer leaves a claim more with each of its instants. */
export const repair = async (repairing: Repairing): Promise<void> => {
  const entries = [...abandoned(repairing)];
  const results = await Promise.allSettled(
    entries.map(([key, claims]) => repairEntry(repairing, key, claims)),
  );
  for (const result of results) if (result.status === "rejected") throw result.reason;
};

const abandoned = ({ snapshot, nowMs }: Repairing): ReadonlyMap<string, readonly Abandoned[]> => {
  const entries = new Map<string, Abandoned[]>();
  for (const [field, before] of Object.entries(snapshot.claims)) {
    const claimedMs = takenAtMs(before);
    // By whichever clock it was written: one that is ahead is of a process that may be alive.
    if (nowMs - claimedMs < ABANDONED_MS && claimedMs - nowMs < ABANDONED_MS) continue;
    const { key, tick } = instantIn(field);
    const tickMs = Date.parse(tick);
    const own = entries.get(key) ?? [];
    entries.set(key, own);
    own.push({ field, before, tickMs, isOver: nowMs - tickMs > GIVEN_UP_MS });
  }
  return entries;
};

/** @throws what is wrong with Redis */
const repairEntry = async (
  repairing: Repairing,
  key: string,
  claims: readonly Abandoned[],
): Promise<void> => {
  const { firing, tell } = repairing;
  let isSilent = false;
  for (const claim of claims) {
    // Of what does not answer one is tried in a look. What is given up asks nobody.
    if ((isSilent || firing.unanswered.has(key)) && !claim.isOver) continue;
    try {
      isSilent = (await repairClaim(repairing, key, claim)) === "silent" || isSilent;
    } catch (error) {
      if (!isOfEntry(error)) throw error;
      tell.failed(key, error);
    }
  }
};

const repairClaim = async (
  { firing, redis, snapshot: { policies, hasRuby }, tell, nowMs }: Repairing,
  key: string,
  { field, before, tickMs, isOver }: Abandoned,
): Promise<FiredOrNot | undefined> => {
  const policy = readPolicy(policies[key]);
  // Who took it knew its class. A process that knows it too fires it, until it is given up.
  if (hasRuby && !isOver && !(await isKnown(firing, redis, key, policy))) return undefined;
  const claimed = await firing.takeOver(field, before, nowMs);
  if (!claimed) return undefined;
  if (!isOver) {
    const hash = await redis.hgetall(key);
    return fireAndTell(firing, tell, claimed, { hash, policy, nowMs });
  }
  await firing.giveUp(claimed);
  const missed = await noteMissed(redis, key, [{ tickMs, reason: "died", by: takenBy(before) }]);
  if (missed.length > 0) tell.missed(key, missed, policy);
  return undefined;
};

/** What is deleted is nobody's to leave it to. */
const isKnown = async (firing: Firing, redis: Redis, key: string, policy: Policy): Promise<boolean> => {
  const hash = await redis.hgetall(key);
  return Object.keys(hash).length === 0 || firing.knows(readFields(hash), policy);
};
