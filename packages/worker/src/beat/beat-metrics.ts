/** The metrics pages' counters in the layouts of the generations present (WIRE §8.1, §8.2). */
import type { Redis } from "@tsq/core/protocol";
import type { ClassMetrics } from "../run/metrics.ts";

const MINUTE_EXPIRES_SECONDS = 28_800;
const TEN_MINUTES_EXPIRES_SECONDS = 259_200;

const pad = (value: number): string => String(value).padStart(2, "0");

/** Keys are by UTC at the time of writing. 8.x pads minutes but not hours; 7.x pads neither. */
const layouts = {
  8: (at: Date) => {
    const day = at.toISOString().slice(2, 10).replaceAll("-", "");
    const minute = `j|${day}|${at.getUTCHours()}:${pad(at.getUTCMinutes())}`;
    return {
      counters: [
        [minute, MINUTE_EXPIRES_SECONDS],
        [minute.slice(0, -1), TEN_MINUTES_EXPIRES_SECONDS],
      ] as const,
      histogram: (name: string) => `h|${name}-${at.getUTCDate()}-${at.getUTCHours()}:${at.getUTCMinutes()}`,
    };
  },
  7: (at: Date) => {
    const day = at.toISOString().slice(0, 10).replaceAll("-", "");
    return {
      counters: [[`j|${day}|${at.getUTCHours()}:${at.getUTCMinutes()}`, MINUTE_EXPIRES_SECONDS]] as const,
      histogram: (name: string) =>
        `${name}-${pad(at.getUTCDate())}-${pad(at.getUTCHours())}:${at.getUTCMinutes()}`,
    };
  },
};

/** Adds what was counted since the last beat. Nobody there, or only 6.x: the layout of 8. */
export const writeMetrics = async (
  redis: Redis,
  classes: ReadonlyMap<string, ClassMetrics>,
  generations: ReadonlySet<number>,
  at: Date,
): Promise<void> => {
  if (classes.size === 0) return;
  const wanted = [
    ...(generations.has(7) ? [7 as const] : []),
    ...(generations.has(7) && !hasNew(generations) ? [] : [8 as const]),
  ];
  const pipeline = redis.pipeline();
  for (const layout of wanted.map((generation) => layouts[generation](at))) {
    for (const [key, expiresSeconds] of layout.counters) {
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
      pipeline.call("BITFIELD", layout.histogram(name), "OVERFLOW", "SAT", ...counts);
      pipeline.expire(layout.histogram(name), MINUTE_EXPIRES_SECONDS);
    }
  }
  await pipeline.exec();
};

const hasNew = (generations: ReadonlySet<number>): boolean =>
  [...generations].some((generation) => generation >= 8);
