/** How long something takes or is away, in the units that a person would say it in. */

type Spoken = readonly [key: SpanKey, values: Readonly<Record<string, number>>];

/** The phrases of spans. */
export type SpanKey =
  | "span.ms"
  | "span.s"
  | "span.min"
  | "span.min_s"
  | "span.h"
  | "span.h_min"
  | "span.d"
  | "span.d_h";

/** The phrases of distances, which the page's script has too. */
export type UnitKey = "client.s" | "client.min" | "client.h" | "client.d";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** 0.4 ms · 38 ms · 1.2 s · 48 s · 4 min 12 s · 3 h 5 min · 2 d 4 h: never a bare number. */
export const spanOf = (ms: number): Spoken => {
  if (ms < 1) return ["span.ms", { n: Number(ms.toFixed(1)) }];
  if (ms < SECOND_MS) return ["span.ms", { n: Math.round(ms) }];
  if (ms < 10 * SECOND_MS) return ["span.s", { n: Number((ms / SECOND_MS).toFixed(1)) }];
  if (ms < MINUTE_MS) return ["span.s", { n: Math.floor(ms / SECOND_MS) }];
  if (ms < HOUR_MS) return two(ms, MINUTE_MS, SECOND_MS, "span.min", "span.min_s");
  if (ms < DAY_MS) return two(ms, HOUR_MS, MINUTE_MS, "span.h", "span.h_min");
  return two(ms, DAY_MS, HOUR_MS, "span.d", "span.d_h");
};

const two = (ms: number, large: number, small: number, alone: SpanKey, both: SpanKey): Spoken => {
  const n = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? [alone, { n }] : [both, { n, rest }];
};

/** One unit is enough for a distance; below five seconds it has none. */
export const relativeOf = (ms: number): readonly [UnitKey, number] | readonly [undefined, 0] => {
  if (ms < 5 * SECOND_MS) return [undefined, 0];
  if (ms < MINUTE_MS) return ["client.s", Math.floor(ms / SECOND_MS)];
  if (ms < HOUR_MS) return ["client.min", Math.floor(ms / MINUTE_MS)];
  if (ms < DAY_MS) return ["client.h", Math.floor(ms / HOUR_MS)];
  return ["client.d", Math.floor(ms / DAY_MS)];
};
