/** Takes a job out of flight and puts it where it goes next, in one step; each way out is a script. */
import { bury, keys, putback, retry } from "@tsq/core/protocol";
import type { Bytes, Redis } from "@tsq/core/protocol";
import type { Move } from "./fetch.ts";
import { NO_CALLS } from "./reliable/calls.ts";
import type { Calls } from "./reliable/calls.ts";

/** Where a job in flight is, and by what that is known. */
export interface Held {
  readonly inFlight: string;
  /** Empty when it is in none. */
  readonly slot: string;
  readonly calls: Calls;
  /** Of its payload; empty when it is not known. */
  readonly digest: string;
  /** The bytes as they were pushed; empty when the slot has them. */
  readonly asPushed: Bytes;
}

/** A job that a process has popped, and that is nowhere else. */
export const inNoSlot = (asPushed: Bytes): Held => ({
  inFlight: keys.inFlightKey("none"),
  slot: "",
  calls: NO_CALLS,
  digest: "",
  asPushed,
});

/** @throws RangeError when its score is none: Redis would refuse it each time that it is tried */
export const checkMove = (to: Move): void => {
  if (to.kind === "set" && !Number.isFinite(Number(to.score || NaN)))
    throw new RangeError(`Expected the score of a move to be a finite number, got \`${to.score}\``);
};

/** @returns 1, or 0 when the job is not in its slot and nothing was written */
export const moveOut = (redis: Redis, held: Held, to: Move): Promise<number> => {
  const { inFlight, slot, calls, digest, asPushed } = held;
  if (to.kind === "set") {
    const set = to.set === "retry" ? keys.RETRY : keys.SCHEDULE;
    return retry(redis, { inFlight, set }, { slot, ...calls, digest, score: to.score, payload: to.payload });
  }
  if (to.kind === "dead") {
    const { burial, payload = asPushed } = to;
    return bury(
      redis,
      { inFlight, dead: keys.DEAD, pads: [] },
      { slot, ...calls, digest, ...burial, payload },
    );
  }
  const { side, payload } = to;
  const target = keys.queueKey(to.queue);
  return putback(redis, { inFlight, target, queues: keys.QUEUES }, { slot, ...calls, digest, side, payload });
};
