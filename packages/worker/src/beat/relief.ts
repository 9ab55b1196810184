/**
 * Gives back what a process holds and cannot go on with, because one of its jobs blocks its event loop. To its main thread
 * it is a rescue (recovery.ts), but that the job that blocks stays its own: given to another process it would block that
 * one, too.
 */
import { capsuleOf, epochOf, identityOf, keys, LANE_FIELDS, rescue } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";
import { foundIn, queueNames } from "../services/found-jobs.ts";

/** Where the job is that blocks. */
export interface Blocker {
  readonly inFlight: string;
  readonly slot: string;
  readonly queue: string;
  /** It came by the pad of its queue, and may still be there instead of in its slot. */
  readonly isOnPad: boolean;
}

/** Resolves to how many jobs went back. */
export const relieve = async (redis: Redis, identity: string, blocker: Blocker): Promise<number> => {
  const all = Object.entries(await redis.hgetall(keys.OWNERS));
  const owners = all.filter(([owner]) => identityOf(owner) === identity);
  let moved = 0;
  for (const [owner, queues] of owners) {
    // What is on a capsule's pads is its last owner's, not what it was before.
    const isLast = owners.every(
      ([other]) => capsuleOf(other) !== capsuleOf(owner) || epochOf(other) <= epochOf(owner),
    );
    moved += await relieveOne(redis, { owner, padQueues: isLast ? queueNames(queues) : [], isLast }, blocker);
  }
  return moved;
};

const relieveOne = async (
  redis: Redis,
  {
    owner,
    padQueues,
    isLast,
  }: { readonly owner: string; readonly padQueues: readonly string[]; readonly isLast: boolean },
  blocker: Blocker,
): Promise<number> => {
  const inFlight = keys.inFlightKey(owner);
  const isHome = blocker.inFlight === inFlight;
  const kept = isHome ? blocker.slot : "";
  const hash = await redis.hgetallBuffer(inFlight);
  const found = foundIn(hash).filter(({ slot }) => slot !== kept);
  const targets = [...new Set([...padQueues, ...found.map(({ queue }) => queue)])];
  const pads = targets.map((queue) => keys.padKey(capsuleOf(owner), queue));
  const spared = !isLast
    ? targets.map((_, i) => i + 1)
    : isHome && blocker.isOnPad
      ? [targets.indexOf(blocker.queue) + 1]
      : [];
  const others = pads.filter((_, i) => !spared.includes(i + 1));
  // A job that is alone is left in peace.
  if (found.length === 0 && (others.length === 0 || (await redis.exists(...others)) === 0)) return 0;
  const answer = await rescue(
    redis,
    {
      inFlight,
      beat: identityOf(owner),
      owners: keys.OWNERS,
      queues: keys.QUEUES,
      rescued: keys.relievedKey(owner),
      targets: targets.map(keys.queueKey),
      pads,
      counts: [],
    },
    {
      owner,
      plan: {
        slots: found.map(({ slot }) => slot),
        digests: found.map(({ digest }) => digest),
        targets: found.map(({ queue }) => targets.indexOf(queue) + 1),
        landed: [],
        queues: targets.length,
        // Its owner lives.
        last: false,
        calls: LANE_FIELDS.map((field) => hash[field]?.toString() ?? ""),
        spared,
      },
      mark: kept,
    },
  );
  return Math.max(0, answer);
};
