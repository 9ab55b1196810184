/** What was counted of lists at one time, for all who look. */
import type { ErrorReport, Facets } from "@tsq/core/api";

/** The counts of a set's jobs over time. */
export interface SetChart {
  readonly set: "retry" | "schedule" | "dead";
  readonly fromMs: number;
  readonly columnMs: number;
  readonly values: readonly number[];
  /** On how many of how many it was counted, where those are not all. */
  readonly looked?: number | undefined;
  readonly total?: number | undefined;
}

/** Of one list: its classes, queues, errors and tags, and of a set when its jobs are due or have died. */
export interface Counted {
  readonly facets: Facets;
  readonly chart: SetChart | undefined;
}

/** The errors of those jobs that one may look at. */
export interface SeenErrors extends ErrorReport {
  /** Whether there are others. */
  readonly isHiding: boolean;
}
