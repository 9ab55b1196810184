/**
 * How long jobs waited on their queues: a hash for each minute, with two kinds of fields for each queue. `QUEUE|7` counts
 * the waits of a bucket, `QUEUE|ms` is the sum of all.
 */

/** What one bucket holds waits below, in milliseconds; the last holds the rest. */
export const WAIT_LIMITS_MS: readonly number[] = [
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  20_000,
  60_000,
  120_000,
  300_000,
  600_000,
  1_800_000,
  3_600_000,
  7_200_000,
  21_600_000,
  86_400_000,
  Infinity,
];

/** As long as Sidekiq keeps the minutes of its metrics. */
export const WAITS_EXPIRE_SECONDS = 28_800;

export const waitField = (queue: string, of: number | "ms"): string => `${queue}|${of}`;

/** A name of a queue may hold any character. */
export const readWaitField = (field: string): readonly [queue: string, of: string] => {
  const bar = field.lastIndexOf("|");
  return [field.slice(0, bar), field.slice(bar + 1)];
};
