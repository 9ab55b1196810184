/** Who has jobs in flight, by the process that is to finish them. */
import { LANE_FIELDS, MOVED, identityOf, keys } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";

export interface DeadOwner {
  readonly identity: string;
  /** Jobs that it had taken and not finished. */
  readonly jobs: number;
}

// More are dead at once only where many machines are; one finding tells of all.
const MOST_OWNERS = 500;

/** Those whose heart beats no more, and who hold jobs. */
export const readDeadOwners = async (redis: Redis): Promise<readonly DeadOwner[]> => {
  const owners = Object.keys(await redis.hgetall(keys.OWNERS)).slice(0, MOST_OWNERS);
  const dead: DeadOwner[] = [];
  for (const owner of owners) {
    const identity = identityOf(owner);
    // As a rescuer looks: dead is who has no record.
    if ((await redis.hget(identity, "info").catch(ofAnotherType("other"))) !== null) continue;
    const slots = Object.entries(await redis.hgetall(keys.inFlightKey(owner)).catch(ofAnotherType({})));
    const jobs = slots.filter(
      ([slot, value]) => !LANE_FIELDS.some((lane) => lane === slot) && value !== MOVED,
    );
    if (jobs.length > 0) dead.push({ identity, jobs: jobs.length });
  }
  return dead;
};

/** An owner that somebody has written there by mistake, and whose keys are others', hides none behind it. */
const ofAnotherType =
  <Value>(value: Value) =>
  (error: Error): Value => {
    if (error.message.startsWith("WRONGTYPE")) return value;
    throw error;
  };
