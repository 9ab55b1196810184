/** Runs of a class, as the metrics of workers have them. */
import { HISTOGRAM_LIMITS_MS } from "@tsq/core/api";
import { metricsLayout } from "@tsq/core/protocol";
import type { Redis } from "ioredis";

/** So many runs took so many milliseconds each. */
export type Runs = readonly (readonly [count: number, ms: number])[];

/** Writes them within this minute, as a generation of Sidekiq does. */
export const runsBy =
  (generation: 7 | 8) =>
  async (redis: Redis, name: string, ...runs: Runs): Promise<void> => {
    const layout = metricsLayout.metricsLayouts[generation];
    const nowMs = Date.now();
    const key = layout.counters(nowMs)[0]?.[0] ?? "";
    const histogram = layout.histogram(name, nowMs);
    for (const [count, ms] of runs) {
      await redis.hincrby(key, `${name}|p`, count);
      await redis.hincrby(key, `${name}|ms`, Math.round(count * ms));
      const bucket = HISTOGRAM_LIMITS_MS.findIndex((limit) => ms < limit);
      await redis.call(
        "BITFIELD",
        histogram,
        "OVERFLOW",
        "SAT",
        "INCRBY",
        "u16",
        `#${bucket}`,
        String(count),
      );
    }
  };
