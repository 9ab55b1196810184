/** An error whose message can be read, of whatever was thrown: what comes from outside may be anything. */
import { reportError } from "@tsq/core/protocol";

/** The error itself where it is one. Never throws, also where reading it does. */
export const readableError = (thrown: unknown): Error => {
  try {
    if (thrown instanceof Error && typeof thrown.message === "string") return thrown;
  } catch {
    // A getter that throws, say.
  }
  return new Error(reportError(thrown).message);
};
