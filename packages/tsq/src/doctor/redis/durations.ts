/** What a histogram of runs tells, and what it does not. */
import { HISTOGRAM_LIMITS_MS } from "@tsq/core/api";
import type { JobMetrics } from "@tsq/core/api";

/** The bounds, in milliseconds, between which the run lies that 95 of 100 are not slower than; undefined of too few. */
export const p95Of = ({
  histogram,
}: JobMetrics): { readonly from: number; readonly to: number } | undefined => {
  const total = sumOf(histogram);
  if (total < FEWEST_RUNS) return undefined;
  let seen = 0;
  const bucket = histogram.findIndex((count) => (seen += count) >= 0.95 * total);
  return {
    from: HISTOGRAM_LIMITS_MS[bucket - 1] ?? 0,
    to: HISTOGRAM_LIMITS_MS[bucket] ?? Number.POSITIVE_INFINITY,
  };
};

const FEWEST_RUNS = 5;

/** The runs that no bound of the histogram is above. */
interface Slowest {
  readonly runs: number;
  /** They took so long on average, or longer: all others are taken for as long as their bounds allow. */
  readonly averageMs: number;
}

/** Undefined where there are none, and where not every run is in the histogram: then the sum is of others, too. */
export const slowestOf = ({ histogram, processed, failed, totalMs }: JobMetrics): Slowest | undefined => {
  const runs = histogram.at(-1) ?? 0;
  if (runs === 0 || sumOf(histogram) !== processed - failed) return undefined;
  const others = histogram.slice(0, -1).map((count, i) => count * (HISTOGRAM_LIMITS_MS[i] ?? 0));
  return { runs, averageMs: Math.max((totalMs - sumOf(others)) / runs, HISTOGRAM_LIMITS_MS.at(-2) ?? 0) };
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

export const secondsText = (ms: number): string =>
  ms >= 3_600_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
