/** Pauses, resumes and clears queues, and writes down what came of it: also that it failed, for where an answer was lost it may be done. */
import type { ClearScope, Queue } from "@tsq/core/api";
import type { Done } from "./audit.ts";
import { cleared, paused, resumed } from "./queue-words.ts";

interface Hands {
  /** What has ended it, in one line. */
  readonly problemOf: (error: unknown) => string;
  readonly write: (done: Done) => Promise<void>;
}

/** @returns whether it was paused before */
export const switchQueue = async (queue: Queue, isResume: boolean, hands: Hands): Promise<boolean> => {
  const was = await queue.isPaused();
  const done = isResume ? resumed(queue.name, was) : paused(queue.name, was);
  await attempt(hands, { ...done, count: 0 }, async () => {
    await (isResume ? queue.resume() : queue.pause());
    return done;
  });
  return was;
};

/** @returns how many were deleted */
export const clearQueue = (queue: Queue, which: ClearScope, hands: Hands): Promise<number> =>
  attempt(hands, cleared(queue.name, 0), async () => cleared(queue.name, await queue.clear(which)));

/** How many are there now. Undefined where Redis does not say: what was deleted must be told all the same. */
export const leftIn = (queue: Queue): Promise<number | undefined> => queue.size().catch(() => undefined);

const attempt = async (
  { problemOf, write }: Hands,
  nothing: Done,
  run: () => Promise<Done>,
): Promise<number> => {
  let done: Done;
  try {
    done = await run();
  } catch (error) {
    const note = [nothing.note ?? "", problemOf(error)].filter((part) => part !== "").join(": ");
    await write({ ...nothing, outcome: "failed", note });
    throw error;
  }
  await write(done);
  return done.count;
};
