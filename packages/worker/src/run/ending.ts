/** How a run has ended, or why there was none. What follows from it decide.ts says. */
import { JobDiscardedError, JobKilledError } from "@tsq/core";
import type { Verdict } from "@tsq/core";

export type Ending =
  /** Whatever it returned, but no verdict. */
  | { readonly kind: "returned" }
  | { readonly kind: "threw"; readonly error: unknown }
  /** The handler or a middleware has said what is to become of the job. */
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  /** Nobody wants the job any more, and it was not started. */
  | { readonly kind: "cancelled" }
  /** Its deadline is over, and it was not started. */
  | { readonly kind: "late" }
  /** Nothing here runs it, and somebody else may: it has been handed on so many times, and waits so long now. */
  | { readonly kind: "unknown"; readonly times: number; readonly seconds: number }
  /** What was fetched is no job. */
  | { readonly kind: "malformed"; readonly error: unknown }
  /** A stop has put it back into its queue. */
  | { readonly kind: "handedBack" }
  /** Another process has been given it. */
  | { readonly kind: "lost" };

export const RETURNED: Ending = { kind: "returned" };

/** What the payload and the death handlers are told of it. */
export const errorOf = (ending: Ending): unknown => {
  if (ending.kind === "threw" || ending.kind === "malformed") return ending.error;
  if (ending.kind !== "verdict") return undefined;
  const { verdict } = ending;
  if (verdict.kind === "kill") return new JobKilledError(verdict.reason ?? "Killed by the job itself");
  return verdict.kind === "discard" ? new JobDiscardedError(verdict.reason) : undefined;
};
