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
  const all = ratios(ours, theirs);
  return all.length === 0 ? undefined : range(all);
};

/** Round by round, how many times as much `ours` was as `theirs`; rounds that one of them missed are left out. */
export const ratios = (ours = [], theirs = []) =>
  ours.map((value, round) => value / theirs[round]).filter(Number.isFinite);

/**
 * Where the median of what was drawn lies in 95 of 100 cases, whatever the distribution: between the k-th least and
 * the k-th greatest value, by the binomial distribution of how many lie below the median. Undefined below 6 values.
 */
export const interval = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let [below, term, outside] = [0, 0.5 ** n, 0];
  // As many at each end are left out as keep what is left out below 2.5 % on each side.
  while (below < n / 2 && outside + term <= 0.025) {
    outside += term;
    term *= (n - below) / (below + 1);
    below++;
  }
  return below === 0 ? undefined : { from: sorted[below - 1], to: sorted[n - below] };
};

/** Of a line through points, by least squares. */
export const slopeOf = (points) => {
  const mean = (of) => points.reduce((sum, one) => sum + of(one), 0) / points.length;
  const [x, y] = [mean(([at]) => at), mean(([, value]) => value)];
  const up = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  const across = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return up / across;
};
