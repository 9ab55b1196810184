/** What a long look leaves to whatever else a program does: counted in turns of the event loop, which no busy machine changes. */
import { JobRecord } from "@tsq/core/api";
import { onTestFinished, vi } from "vitest";

const own = Object.getOwnPropertyDescriptor(JobRecord.prototype, "payload");

/** How many jobs were read between two turns of the event loop, each time that some were, while `look` went on. */
export const readPerTurn = async (look: () => Promise<unknown>): Promise<readonly number[]> => {
  const perTurn: number[] = [];
  let seen = new Set<unknown>();
  const spy = vi.spyOn(JobRecord.prototype, "payload", "get").mockImplementation(function (this: unknown) {
    seen.add(this);
    return own?.get?.call(this);
  });
  onTestFinished(() => spy.mockRestore());
  const turn = (): void => {
    perTurn.push(seen.size);
    seen = new Set();
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  await look();
  clearImmediate(next);
  perTurn.push(seen.size);
  return perTurn.filter((read) => read > 0);
};
