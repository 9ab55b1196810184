/** What tests read of an outcome. */
import type { PayloadChanges } from "@tsq/core/protocol";
import type { Outcome } from "./inside-worker.ts";

/** The fields that the payload gets. */
export const changesOf = (outcome: Outcome): PayloadChanges => {
  if ("changes" in outcome && outcome.changes) return outcome.changes;
  throw new Error(`Expected an outcome that changes the payload, got ${outcome.kind}.`);
};
