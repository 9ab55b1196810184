/** How long the columns of a set's chart are: the smallest that show nearly all of it. */
import type { SetKind } from "../sets.ts";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** A chart's columns: how long one is, in seconds, and how many there are. */
export interface Scale {
  readonly seconds: number;
  readonly count: number;
}

/** From the nearest to the farthest. */
export const SCALES: readonly Scale[] = [
  { seconds: MINUTE, count: 60 },
  { seconds: 10 * MINUTE, count: 36 },
  { seconds: HOUR, count: 48 },
  { seconds: 6 * HOUR, count: 56 },
  { seconds: 2 * DAY, count: 45 },
  { seconds: 14 * DAY, count: 52 },
];

/** What a chart should show of a set, at least. */
const ENOUGH = 0.9;
/** Of the dead: who looks at them looks at days, not at minutes. */
const LEAST_OF_DEAD = 2;

/** @param counts how many are within each scale */
export const scaleFor = ({ set }: Pick<SetKind, "set">, counts: readonly number[], total: number): number => {
  const place = counts.findIndex((count) => count >= total * ENOUGH);
  return place < 0 ? SCALES.length - 1 : Math.max(place, set === "dead" ? LEAST_OF_DEAD : 0);
};

/** Where the columns of a scale begin, in seconds. */
export const beginOf = ({ set }: Pick<SetKind, "set">, { seconds, count }: Scale, now: number): number =>
  set === "dead" ? now - seconds * count : now;
