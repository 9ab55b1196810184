/** Repeats what a stop cannot do without while the server refuses it, for a moment only: the process must end. */
import { setTimeout as delay } from "node:timers/promises";

const EVERY_MS = 100;
// Less than a stop waits for any one of its steps.
const FOR_MS = 2_500;

/**
 * @param refused told of the first refusal
 * @throws the last refusal, when the server has refused it for two and a half seconds
 */
export const again = async <T>(act: () => Promise<T>, refused: (error: unknown) => void): Promise<T> => {
  const untilMs = performance.now() + FOR_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries === 1) refused(error);
      if (performance.now() >= untilMs) throw error;
      await delay(EVERY_MS);
    }
  }
};
