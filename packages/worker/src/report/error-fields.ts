/** What of an error goes into a payload: whatever was thrown, also what is no Error. */
import { reportError } from "@tsq/core/protocol";

export interface ErrorFields {
  /** Ruby's pages print it unescaped, so only what a class name may hold is kept. */
  readonly errorClass: string;
  /** With those of its causes: `fetch failed` alone tells nobody what to do. */
  readonly message: string;
  readonly stack: string | undefined;
}

export const describeError = (error: unknown): ErrorFields => {
  const { type, message, stack, code } = reportError(error);
  // Ruby's pages group an unknown class under Ruby's own name for it.
  const name = code === "TSQ_UNKNOWN_JOB" ? "NameError" : type;
  return { errorClass: name.replaceAll(/[^A-Za-z0-9_:.]/g, "") || "Error", message, stack };
};
