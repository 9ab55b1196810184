/** Pauses, resumes and clears queues, and writes down what came of it: also that it failed, for where an answer was lost it may be done. */
import type { ClearScope, Queue } from "@tsq/core/api";
import { attempt } from "./attempt.ts";
import type { Hands } from "./hands.ts";
import { cleared, paused, resumed } from "./queue-words.ts";

/** @returns whether it was paused before */
export const switchQueue = async (queue: Queue, isResume: boolean, hands: Hands): Promise<boolean> => {
  const was = await queue.isPaused();
  const done = isResume ? resumed(queue.name, was) : paused(queue.name, was);
  await attempt(hands, { ...done, count: 0 }, () => (isResume ? queue.resume() : queue.pause()));
  await hands.write(done);
  return was;
};

/** @returns how many were deleted */
export const clearQueue = async (queue: Queue, which: ClearScope, hands: Hands): Promise<number> => {
  const count = await attempt(hands, cleared(queue.name, 0), () => queue.clear(which));
  await hands.write(cleared(queue.name, count));
  return count;
};

/** How many are there now. Undefined where Redis does not say: what was deleted must be told all the same. */
export const leftIn = (queue: Queue): Promise<number | undefined> => queue.size().catch(() => undefined);
