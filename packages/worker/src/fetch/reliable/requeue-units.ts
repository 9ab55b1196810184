/** Puts unfinished jobs of one owner back onto the pop side of their queues (lua/core/requeue.lua). */
import { keys, requeue } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { UnitOfWork } from "../fetch.ts";
import { again } from "./again.ts";
import type { Calls } from "./calls.ts";
import type { LandingPads } from "./landing-pads.ts";
import { ReliableUnit } from "./reliable-unit.ts";

const AT_ONCE = 1_000;

/** Puts what the server has forgotten back into its slots (recovery.ts). */
interface Restoring {
  /** From now on, until `left`, these are written down again although they are gone. */
  leave(units: readonly ReliableUnit[]): void;
  left(units: readonly ReliableUnit[]): void;
  /** Whether one of these is still this worker's to hand back. */
  isLeaving(units: readonly ReliableUnit[]): boolean;
  run(): Promise<void>;
}

interface Handback {
  readonly redis: Redis;
  readonly inFlight: string;
  /** The calls of which a server knows that has the units in their slots. */
  readonly calls: () => Calls;
  readonly pads: Pick<LandingPads, "disarmed">;
  readonly recovery: Restoring;
  /** Told of each command that Redis refuses. */
  readonly refused: (error: unknown) => void;
}

/** Marks each unit as gone before anything moves: a late finisher must change nothing. */
export const requeueUnits = async (
  all: readonly UnitOfWork[],
  { redis, inFlight, calls, pads, recovery, refused }: Handback,
): Promise<number> => {
  const units = all.filter((unit): unit is ReliableUnit => unit instanceof ReliableUnit && unit.isOurs);
  for (const unit of units) unit.giveAway();
  recovery.leave(units);
  try {
    // A job that is still on its pad is in its slot, or back in its queue, once the call that carries it is answered.
    for (const unit of units) await unit.adoption;
    await pads.disarmed();
    let moved = await requeueSlots(redis, inFlight, units, calls(), refused);
    // The server is older than we are, and may have other jobs in these slots.
    while (moved < 0) {
      await again(() => recovery.run(), refused);
      // Rescued from us: they are others' to run.
      if (!recovery.isLeaving(units)) return 0;
      moved = await requeueSlots(redis, inFlight, units, calls(), refused);
    }
    return Math.max(0, moved);
  } finally {
    recovery.left(units);
  }
};

/** Puts back what these slots hold; -1 when the server does not know these calls. */
const requeueSlots = async (
  redis: Redis,
  inFlight: string,
  held: readonly { readonly slot: string; readonly queue: string }[],
  calls: Calls,
  refused: (error: unknown) => void,
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
          ...calls,
          plan: {
            slots: some.map(({ slot }) => slot),
            targets: some.map(({ queue }) => targets.indexOf(queue) + 1),
          },
        },
      );
    const answer = await again(move, refused);
    if (answer < 0) return answer;
    moved += answer;
  }
  return moved;
};
