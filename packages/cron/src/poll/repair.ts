/** Fires what a process has taken and not fired, because it died in between. Ruby loses such an instant (WIRE §12.4). */
import type { Redis } from "@tsq/core/protocol";
import { readFields } from "../entry/fields.ts";
import { readPolicy } from "../entry/policy.ts";
import type { Policy } from "../entry/policy.ts";
import { instantIn } from "../redis/keys.ts";
import { takenAtMs, takenBy } from "./claim-text.ts";
import type { Teller } from "./teller.ts";
import { fireAndTell, isOfEntry } from "./fire-and-tell.ts";
import type { Firing } from "./firing.ts";
import { noteMissed } from "./missed.ts";
import type { Snapshot } from "./snapshot.ts";

/** A claim is a matter of milliseconds. One that is older has no owner, or one that will find it gone. */
const ABANDONED_MS = 60_000;
/** What fails for so long, as by a middleware that throws, is missed. */
const GIVEN_UP_MS = 3_600_000;

export const repair = async (
  firing: Firing,
  redis: Redis,
  { claims, policies, hasRuby }: Snapshot,
  tell: Teller,
  nowMs: number,
): Promise<void> => {
  for (const [field, before] of Object.entries(claims)) {
    const { key, tick } = instantIn(field);
    const tickMs = Date.parse(tick);
    const claimedMs = takenAtMs(before);
    // By whichever clock it was written: one that is ahead is of a process that may be alive.
    if (!(nowMs - claimedMs < ABANDONED_MS && claimedMs - nowMs < ABANDONED_MS)) {
      const policy = readPolicy(policies[key]);
      const isOver = nowMs - tickMs > GIVEN_UP_MS;
      try {
        // Who took it knew its class. A process that knows it too fires it, until it is given up.
        if (hasRuby && !isOver && !(await isKnown(firing, redis, key, policy))) continue;
        const claimed = await firing.takeOver(field, before, nowMs);
        if (!claimed) continue;
        const hash = await redis.hgetall(key);
        if (isOver) {
          await firing.giveUp(claimed);
          const missed = await noteMissed(redis, key, [{ tickMs, reason: "died", by: takenBy(before) }]);
          if (missed.length > 0) tell.missed(key, missed, policy);
        } else await fireAndTell(firing, tell, claimed, { hash, policy, nowMs });
      } catch (error) {
        if (!isOfEntry(error)) throw error;
        tell.failed(key, error);
      }
    }
  }
};

/** What is deleted is nobody's to leave it to. */
const isKnown = async (firing: Firing, redis: Redis, key: string, policy: Policy): Promise<boolean> => {
  const hash = await redis.hgetall(key);
  return Object.keys(hash).length === 0 || firing.knows(readFields(hash), policy);
};
