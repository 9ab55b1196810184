/** Where each generation keeps its metrics: keys by UTC, in two layouts that know nothing of each other (WIRE §8). */

/** One hash of counters, and the bucket that it belongs to. */
export interface CounterKey {
  readonly key: string;
  readonly bucketMs: number;
}

/** The keys of one minute, as one generation names them. */
export interface MetricsLayout {
  /** The hashes that a run is counted in, each with the time that it is kept from its last count. */
  counters(ms: number): readonly (readonly [key: string, expiresSeconds: number])[];
  /** The histogram of one class: a string of 26 unsigned 16-bit numbers. */
  histogram(name: string, ms: number): string;
}

/** What one bucket of a histogram holds runs below, in milliseconds; the last holds the rest (WIRE §8.2). */
export const HISTOGRAM_LIMITS_MS: readonly number[] = [
  20,
  30,
  45,
  65,
  100,
  150,
  225,
  335,
  500,
  750,
  1_100,
  1_700,
  2_500,
  3_800,
  5_750,
  8_500,
  13_000,
  20_000,
  30_000,
  45_000,
  65_000,
  100_000,
  150_000,
  225_000,
  335_000,
  Infinity,
];

export const MINUTE_MS = 60_000;
export const TEN_MINUTES_MS = 600_000;
/** Counters of single minutes expire after eight hours, and so do histograms. */
export const MINUTES_KEPT = 480;
/** Counters of ten minutes expire after three days. */
export const HOURS_KEPT = 72;

export const MINUTE_EXPIRES_SECONDS = MINUTES_KEPT * 60;
const TEN_MINUTES_EXPIRES_SECONDS = HOURS_KEPT * 3_600;

const pad = (value: number): string => String(value).padStart(2, "0");

/** 7.x pads neither hours nor minutes of its counters. */
const layout7: MetricsLayout = {
  counters: (ms) => [[counters7(ms), MINUTE_EXPIRES_SECONDS]],
  histogram: (name, ms) => {
    const { day, hour, minute } = partsOf(ms);
    return `${name}-${day}-${pad(hour)}:${minute}`;
  },
};

/** 8.x pads minutes and not hours, and cuts off the last digit for its hashes of ten minutes. */
const layout8: MetricsLayout = {
  counters: (ms) => [
    [counters8(ms), MINUTE_EXPIRES_SECONDS],
    [tenMinutes8(ms), TEN_MINUTES_EXPIRES_SECONDS],
  ],
  histogram: (name, ms) => {
    const { day, hour, minute } = partsOf(ms);
    return `h|${name}-${Number(day)}-${hour}:${minute}`;
  },
};

export const metricsLayouts = { 7: layout7, 8: layout8 } as const;

/** The starts of the last so many buckets, oldest first, the current one last. */
export const bucketsUntil = (nowMs: number, count: number, bucketMs: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => (Math.floor(nowMs / bucketMs) - (count - 1 - i)) * bucketMs);

/** The hashes of single minutes. */
export const minuteCounters = (bucketMs: number): readonly CounterKey[] => [
  { key: counters7(bucketMs), bucketMs },
  { key: counters8(bucketMs), bucketMs },
];

/** The hashes of ten minutes, which 8.x alone has; of 7.x its single minutes, as long as they are kept. */
export const tenMinuteCounters = (bucketMs: number, nowMs: number): readonly CounterKey[] => {
  const minutes = bucketsUntil(bucketMs + TEN_MINUTES_MS - 1, 10, MINUTE_MS);
  return [
    ...minutes
      .filter((minuteMs) => minuteMs > nowMs - MINUTES_KEPT * MINUTE_MS && minuteMs <= nowMs)
      .map((minuteMs) => ({ key: counters7(minuteMs), bucketMs })),
    { key: tenMinutes8(bucketMs), bucketMs },
  ];
};

/** The histograms of a minute, of both generations. */
export const histogramKeys = (name: string, bucketMs: number): readonly string[] => [
  layout7.histogram(name, bucketMs),
  layout8.histogram(name, bucketMs),
];

/** The hash of a day's deploy marks. */
export const marksKey = (ms: number): string => `${partsOf(ms).date}-marks`;

const counters7 = (ms: number): string => {
  const { date, hour, minute } = partsOf(ms);
  return `j|${date}|${hour}:${minute}`;
};

const counters8 = (ms: number): string => {
  const { date, hour, minute } = partsOf(ms);
  return `j|${date.slice(2)}|${hour}:${pad(minute)}`;
};

const tenMinutes8 = (ms: number): string => counters8(ms).slice(0, -1);

const partsOf = (ms: number): { date: string; day: string; hour: number; minute: number } => {
  const at = new Date(ms);
  const date = at.toISOString().slice(0, 10).replaceAll("-", "");
  return { date, day: date.slice(6), hour: at.getUTCHours(), minute: at.getUTCMinutes() };
};
