/** What follows from the end of a run. `changes` are the fields that the payload gets, as JSON texts. */
import type { JobLateError } from "@tsq/core";
import type { PayloadChanges } from "@tsq/core/protocol";

/** What becomes of a job whose run has ended; the event `concluded` tells it. */
export type Outcome =
  | { readonly kind: "done" }
  /** It was cancelled before it began, or ended because it was. */
  | { readonly kind: "cancelled" }
  /** Its deadline was over before it began, or when it threw: death handlers are told, with `discarded_at`. */
  | { readonly kind: "late"; readonly error: JobLateError }
  | {
      readonly kind: "retry";
      readonly count: number;
      readonly atMs: number;
      readonly changes: PayloadChanges;
    }
  /**
   * Out of attempts, or killed: `retriesExhausted` runs, then the dead set unless `dead` is false. Without changes it is
   * buried as it is, and nobody is told.
   */
  | { readonly kind: "dead"; readonly isKept: boolean; readonly changes: PayloadChanges | undefined }
  /** `retryIn` or a verdict said so: death handlers are told, with `discarded_at`. */
  | { readonly kind: "discard"; readonly changes: PayloadChanges }
  /** `retry: false`: death handlers are told, and nobody has discarded anything. */
  | { readonly kind: "drop"; readonly changes: PayloadChanges }
  /** It waits in the schedule, and no attempt is used up. */
  | { readonly kind: "snooze"; readonly atMs: number; readonly changes: PayloadChanges }
  /** It goes to an end of its queue, and no attempt is used up. */
  | { readonly kind: "putBack"; readonly side: "front" | "back"; readonly changes: PayloadChanges }
  /** A stop has put it back already. */
  | { readonly kind: "handedBack" }
  /** It is another process's already. */
  | { readonly kind: "lost" };

export const DONE: Outcome = { kind: "done" };
/** Of what is no job, or of which nothing can be decided, no field is set. */
export const BURIED_AS_IT_IS: Outcome = { kind: "dead", isKept: true, changes: undefined };
