/** Writes the metrics pages' counters in the layouts of the generations present (WIRE §8.1, §8.2). */
import { metricsLayout } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";
import type { ClassMetrics } from "../run/metrics.ts";

/** Adds what was counted since the last beat. Nobody there, or only 6.x: the layout of 8. */
export const writeMetrics = async (
  redis: Redis,
  classes: ReadonlyMap<string, ClassMetrics>,
  generations: ReadonlySet<number>,
  at: Date,
): Promise<void> => {
  if (classes.size === 0) return;
  const { metricsLayouts, MINUTE_EXPIRES_SECONDS } = metricsLayout;
  const layouts = [
    ...(generations.has(7) ? [metricsLayouts[7]] : []),
    ...(generations.has(7) && !hasNew(generations) ? [] : [metricsLayouts[8]]),
  ];
  const atMs = at.getTime();
  const pipeline = redis.pipeline();
  for (const layout of layouts) {
    for (const [key, expiresSeconds] of layout.counters(atMs)) {
      for (const [name, { processed, failed, ms }] of classes) {
        pipeline.hincrby(key, `${name}|p`, processed);
        if (failed > 0) pipeline.hincrby(key, `${name}|f`, failed);
        if (processed > failed) pipeline.hincrby(key, `${name}|ms`, ms);
      }
      pipeline.expire(key, expiresSeconds);
    }
    for (const [name, { histogram }] of classes) {
      const counts = histogram.flatMap((count, i) => (count > 0 ? ["INCRBY", "u16", `#${i}`, count] : []));
      if (counts.length === 0) continue;
      const key = layout.histogram(name, atMs);
      pipeline.call("BITFIELD", key, "OVERFLOW", "SAT", ...counts);
      pipeline.expire(key, MINUTE_EXPIRES_SECONDS);
    }
  }
  await pipeline.exec();
};

const hasNew = (generations: ReadonlySet<number>): boolean =>
  [...generations].some((generation) => generation >= 8);
