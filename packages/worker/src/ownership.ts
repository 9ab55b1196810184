/**
 * Who may hold jobs in flight. A capsule of a process owns one in-flight hash; the rescuer finds the
 * owners in `tsq:owners` and looks whether the process behind each is alive.
 */
import { keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { Lane } from "./lane.ts";
import type { ReliableUnit } from "./reliable-unit.ts";

// Cannot occur in a host name, and capsule names are checked not to hold it.
const SEPARATOR = "~";

/** A capsule of a process: `host:pid:nonce~default`. */
export const capsuleName = (identity: string, capsule: string): string => identity + SEPARATOR + capsule;

/** An owner: the capsule, and how often it has started anew because its jobs had been rescued. */
export const ownerName = (capsule: string, epoch: number): string => capsule + SEPARATOR + epoch;

/** The process behind an owner, whose hash expires when its heartbeat stops. */
export const identityOf = (owner: string): string => owner.split(SEPARATOR, 1)[0] as string;

/** The capsule behind an owner, which its pads are named for. */
export const capsuleOf = (owner: string): string => owner.slice(0, owner.lastIndexOf(SEPARATOR));

export type Owners = readonly (readonly [owner: string, queues: readonly string[]])[];

/**
 * Must be done before the first fetch, and again after the server lost our hash (a flush, a failover to an older
 * state): writes down who we are, and what we still run. What no rescuer can find would be lost.
 */
export const takeUp = async (
  redis: Redis,
  owners: Owners,
  lanes: readonly Lane[],
  units: Iterable<ReliableUnit>,
): Promise<void> => {
  for (const [owner, queues] of owners) {
    await redis.hset(keys.OWNERS, owner, JSON.stringify(queues));
    const fields: (string | number)[] = lanes.flatMap((lane) => [lane.field, lane.answered]);
    for (const unit of units) {
      if (!unit.isGone && !unit.hasEnded) fields.push(unit.slot, `\n${unit.queue}\n${unit.text}`);
    }
    await redis.hset(keys.inFlightKey(owner), ...fields);
  }
};
