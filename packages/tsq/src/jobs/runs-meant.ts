/** Of what runs the jobs that a filter means. */
import type { Filter, WorkRecord } from "@tsq/core/api";

/** The words of time are about when they began. */
export const runsMeant = (runs: readonly WorkRecord[], filter: Filter): readonly WorkRecord[] =>
  runs.filter(({ job, runAt }) => filter.matches(job, runAt));
