/** Puts unfinished jobs of one owner back onto the pop side of their queues (lua/requeue.lua). */
import { keys, requeue } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { UnitOfWork } from "./fetch.ts";
import { again } from "./again.ts";
import { heldValue, ReliableUnit } from "./reliable-unit.ts";

const AT_ONCE = 1_000;

/** Marks each unit as gone before anything moves: a late finisher must change nothing. */
export const requeueUnits = async (
  redis: Redis,
  inFlight: string,
  all: readonly UnitOfWork[],
  isForgotten: () => Promise<boolean>,
  refused: (error: unknown) => void,
): Promise<number> => {
  const units = all.filter((unit): unit is ReliableUnit => unit instanceof ReliableUnit && !unit.isGone);
  for (const unit of units) unit.isGone = true;
  // A job that is still on its pad is in its slot, or back in its queue, once the call that carries it is answered.
  const inSlots = units.filter((unit) => !unit.adoption);
  for (const unit of units) await unit.adoption;
  if (inSlots.length > 0 && (await again(isForgotten, refused))) {
    // The server has nothing to give back of what it has forgotten: it is told again.
    const pipeline = redis.pipeline();
    for (const unit of inSlots) pipeline.hsetnx(inFlight, unit.slot, heldValue(unit));
    await pipeline.exec();
  }
  return requeueSlots(redis, inFlight, units, refused);
};

/** Puts back what these slots hold. */
export const requeueSlots = async (
  redis: Redis,
  inFlight: string,
  held: readonly { readonly slot: string; readonly queue: string }[],
  refused: (error: unknown) => void = () => {},
): Promise<number> => {
  const targets = [...new Set(held.map(({ queue }) => queue))];
  let moved = 0;
  for (let i = 0; i < held.length; i += AT_ONCE) {
    const some = held.slice(i, i + AT_ONCE);
    const move = (): Promise<number> =>
      requeue(
        redis,
        { inFlight, queues: keys.QUEUES, targets: targets.map(keys.queueKey) },
        {
          plan: {
            slots: some.map(({ slot }) => slot),
            targets: some.map(({ queue }) => targets.indexOf(queue) + 1),
          },
        },
      );
    moved += await again(move, refused);
  }
  return moved;
};
