/** When the jobs of a set are due, or have died: counted by Redis from its scores, however many there are. */
import type { ApiConnection } from "@tsq/core/api";
import type { SetChart } from "../readings/counted.ts";
import type { SetKind } from "../sets.ts";
import { beginOf, scaleFor, SCALES } from "./chart-scales.ts";

/** Counts it on the smallest scale that has nearly all of the set; undefined of an empty one. */
export const readSetChart = async (
  api: ApiConnection,
  { set }: SetKind,
  nowMs: number,
): Promise<SetChart | undefined> => {
  const now = Math.floor(nowMs / 1_000);
  const isPast = set === "dead";
  const counts = await zcounts(
    api,
    set,
    SCALES.map(({ seconds, count }) =>
      isPast ? [`${now - seconds * count}`, "+inf"] : ["-inf", `(${now + seconds * count}`],
    ),
  );
  const total = await api.redis.zcard(set);
  if (total === 0) return undefined;
  const scale = SCALES[scaleFor({ set }, counts, total)];
  if (!scale) return undefined;
  const from = beginOf({ set }, scale, now);
  const values = await zcounts(
    api,
    set,
    Array.from({ length: scale.count }, (_, i): Range => {
      const [first, last] = [i === 0 && !isPast, i === scale.count - 1 && isPast];
      const [begin, end] = [from + i * scale.seconds, from + (i + 1) * scale.seconds];
      // What is overdue is the first to run, and a clock that is ahead of ours lets jobs die in the future.
      return [first ? "-inf" : `${begin}`, last ? "+inf" : `(${end}`];
    }),
  );
  return { set, fromMs: from * 1_000, columnMs: scale.seconds * 1_000, values };
};

type Range = readonly [from: string, to: string];

/** Each takes Redis some microseconds: it counts by the ranks of the ends. */
const zcounts = async (
  api: ApiConnection,
  key: string,
  ranges: readonly Range[],
): Promise<readonly number[]> => {
  const pipeline = api.redis.pipeline();
  for (const [from, to] of ranges) pipeline.zcount(key, from, to);
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, count]) => {
    if (error) throw error;
    return Number(count);
  });
};
