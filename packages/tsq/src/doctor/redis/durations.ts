/** What a histogram of runs tells, and what it does not. */
import { HISTOGRAM_LIMITS_MS } from "@tsq/core/api";
import type { JobMetrics } from "@tsq/core/api";

/** The bounds, in milliseconds, between which the run lies that 95 of 100 are not slower than; undefined of too few. */
export const p95Of = ({
  histogram,
}: JobMetrics): { readonly from: number; readonly to: number } | undefined => {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total < FEWEST_RUNS) return undefined;
  let seen = 0;
  const bucket = histogram.findIndex((count) => (seen += count) >= 0.95 * total);
  return {
    from: HISTOGRAM_LIMITS_MS[bucket - 1] ?? 0,
    to: HISTOGRAM_LIMITS_MS[bucket] ?? Number.POSITIVE_INFINITY,
  };
};

const FEWEST_RUNS = 5;

export const secondsText = (ms: number): string =>
  ms >= 3_600_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
