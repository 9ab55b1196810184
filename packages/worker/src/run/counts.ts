/** What each outcome counts for, in the totals and in the metrics of its class. */
import { displayClass } from "@tsq/core/protocol";
import type { Metrics } from "./metrics.ts";
import type { Outcome } from "./outcome.ts";
import type { RunningJob } from "./running-job.ts";

/** `done` counts its time as well: other runs are shorter or longer than the work is. */
type Count = "done" | "ended" | "failed" | "nothing";

/** Of a retry the first decision counts: what `retryIn` makes of it changes nothing about the failure. */
const COUNTS: Readonly<Record<Outcome["kind"], Count>> = {
  done: "done",
  cancelled: "ended",
  late: "ended",
  discard: "ended",
  snooze: "ended",
  // Sidekiq counts an interrupt as failed in `stat:failed`, and in its metrics as done.
  putBack: "ended",
  retry: "failed",
  dead: "failed",
  drop: "failed",
  // As Sidekiq counts what a stop cut off.
  handedBack: "failed",
  // Whoever has it counts it.
  lost: "nothing",
};

export const count = (
  metrics: Metrics,
  kind: Outcome["kind"],
  { payload, runnable }: RunningJob,
  elapsedMs: number,
): void => {
  const as = COUNTS[kind];
  if (as === "nothing") return;
  const name = runnable ? displayClass(payload) : undefined;
  if (as === "done" && name !== undefined) metrics.succeeded(name, elapsedMs);
  else if (as === "failed") metrics.failed(name);
  else metrics.ended(name);
};
