/** Puts unfinished jobs of one owner back onto the pop side of their queues (lua/requeue.lua). */
import { keys, requeue } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { UnitOfWork } from "./fetch.ts";
import { ReliableUnit } from "./reliable-unit.ts";

const AT_ONCE = 1_000;

/** Marks each unit as gone before anything moves: a late finisher must change nothing. */
export const requeueUnits = async (
  redis: Redis,
  inFlight: string,
  all: readonly UnitOfWork[],
): Promise<number> => {
  const units = all.filter((unit): unit is ReliableUnit => unit instanceof ReliableUnit && !unit.isGone);
  for (const unit of units) unit.isGone = true;
  // A job that is still on its pad is in its slot, or back in its queue, once the call that carries it is answered.
  for (const unit of units) await unit.adoption;
  const targets = [...new Set(units.map((unit) => unit.queue))];
  let moved = 0;
  for (let i = 0; i < units.length; i += AT_ONCE) {
    const some = units.slice(i, i + AT_ONCE);
    moved += await requeue(
      redis,
      { inFlight, queues: keys.QUEUES, targets: targets.map(keys.queueKey) },
      {
        plan: {
          slots: some.map((unit) => unit.slot),
          targets: some.map((unit) => targets.indexOf(unit.queue) + 1),
        },
      },
    );
  }
  return moved;
};
