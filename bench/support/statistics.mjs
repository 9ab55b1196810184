/** The figures that benches quote: medians and ranges, and ratios that are taken within a round. */

export const median = (values) => quantile(values, 0.5);

/** By interpolation between the two nearest, so that the median of an even count is what one expects. */
export const quantile = (values, share) => {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
};

export const range = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/**
 * How many times faster `ours` was than `theirs`: per round, for a shared machine drifts between rounds by more than
 * many differences are. Rounds that one of them missed are left out; undefined when none is left.
 */
export const ratio = (ours = [], theirs = []) => {
  const ratios = ours.map((value, round) => value / theirs[round]).filter(Number.isFinite);
  return ratios.length === 0 ? undefined : range(ratios);
};
