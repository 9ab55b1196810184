/** Metrics in buckets of equal time, with those in which nothing ran. */
import type { JobMetrics, MetricsPeriod, MetricsPoint } from "@tsq/core/api";
import { HISTOGRAM_LIMITS_MS } from "@tsq/core/api";
import type { Mark } from "../charts/svg.ts";
import type { Words } from "../words/words.ts";

const MINUTE_MS = 60_000;
const TICKS = 5;

/** The buckets of a period. */
export interface Buckets {
  /** When each begins. */
  readonly starts: readonly number[];
  readonly labels: readonly string[];
  /** Five of them, for the axis. */
  readonly ticks: readonly string[];
  readonly marks: readonly Mark[];
}

/** The axis of a period's charts. */
export const bucketsOf = (
  { startsAt, endsAt, bucketMinutes, deploys }: MetricsPeriod,
  words: Words,
): Buckets => {
  const size = bucketMinutes * MINUTE_MS;
  const first = startsAt.getTime();
  const count = Math.max(1, Math.floor((endsAt.getTime() - first) / size) + 1);
  const starts = Array.from({ length: count }, (_, i) => first + i * size);
  const length = count * size;
  const labels = starts.map((ms) => words.moment(ms, length));
  const ticks = Array.from(
    { length: TICKS },
    (_, i) => labels[Math.round((i / (TICKS - 1)) * (count - 1))] ?? "",
  );
  const marks = deploys.map(({ at, label }) => ({
    at: (at.getTime() - first) / length,
    name: words.say("chart.deploy", { label, at: words.zone.markedClock(at.getTime()) }),
  }));
  return { starts, labels, ticks, marks };
};

/** A number of each bucket, 0 where nothing ran. */
export const inBuckets = (
  { starts }: Buckets,
  points: readonly MetricsPoint[],
  of: (point: MetricsPoint) => number,
): readonly number[] => {
  const byStart = new Map(points.map((point) => [point.at.getTime(), point]));
  return starts.map((ms) => {
    const point = byStart.get(ms);
    return point ? of(point) : 0;
  });
};

/** Without the bucket that goes on: what has not happened in it yet would look like an end of everything. */
export const soFar = (values: readonly number[]): readonly number[] => values.slice(0, -1);

/** As `inBuckets`, of several classes together. */
export const sumInBuckets = (
  buckets: Buckets,
  jobs: readonly JobMetrics[],
  of: (point: MetricsPoint) => number,
): readonly number[] => {
  const sums = buckets.starts.map(() => 0);
  for (const { points } of jobs) {
    for (const [i, value] of inBuckets(buckets, points, of).entries()) sums[i] = (sums[i] ?? 0) + value;
  }
  return sums;
};

/**
 * A percentile of a histogram in milliseconds, from 0 to 1; undefined when nothing ran. It lies somewhere in its bucket,
 * and is taken to lie as far in it as its rank does.
 */
export const percentile = (histogram: readonly number[], share: number): number | undefined => {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = share * total;
  for (const [i, count] of histogram.entries()) {
    if (left > count || count === 0) {
      left -= count;
      continue;
    }
    const low = HISTOGRAM_LIMITS_MS[i - 1] ?? 0;
    const high = HISTOGRAM_LIMITS_MS[i] ?? Infinity;
    return Number.isFinite(high) ? low + (high - low) * (left / count) : low;
  }
  return HISTOGRAM_LIMITS_MS.at(-2);
};
