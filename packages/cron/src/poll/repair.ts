/** Fires what a process has taken and not fired, because it died in between. Ruby loses such an instant (WIRE §12.4). */
import type { Redis } from "@tsq/core/protocol";
import { readPolicy } from "../entry/policy.ts";
import { instantIn } from "../redis/keys.ts";
import { takenAtMs } from "./claim-text.ts";
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
  { claims, policies }: Snapshot,
  tell: Teller,
  nowMs: number,
): Promise<void> => {
  for (const [field, before] of Object.entries(claims)) {
    const { key, tick } = instantIn(field);
    const tickMs = Date.parse(tick);
    const claimedMs = takenAtMs(before);
    // By whichever clock it was written: one that is ahead is of a process that may be alive.
    if (!(nowMs - claimedMs < ABANDONED_MS && claimedMs - nowMs < ABANDONED_MS)) {
      const claimed = await firing.takeOver(field, before, nowMs);
      if (!claimed) continue;
      const policy = readPolicy(policies[key]);
      try {
        const hash = await redis.hgetall(key);
        if (nowMs - tickMs > GIVEN_UP_MS) {
          await firing.giveUp(claimed);
          const missed = await noteMissed(redis, key, [{ tickMs, reason: "died" }]);
          if (missed.length > 0) tell.missed(key, missed, policy);
        } else await fireAndTell(firing, tell, claimed, { hash, policy, nowMs });
      } catch (error) {
        if (!isOfEntry(error)) throw error;
        tell.failed(key, error);
      }
    }
  }
};
