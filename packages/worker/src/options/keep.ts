/** What a worker keeps beside what Sidekiq does, and how much of it. */
import { boolean, integer, notAsExpected, readOptions } from "@tsq/core/config";
import type { Kind, Schema } from "@tsq/core/config";
import type { KeepLimits } from "../run/kept.ts";

/** What a worker writes down beside what Sidekiq does, for the dashboard, `tsq show` and `tsq/api`. */
export interface KeepOptions {
  /** Of how many jobs the last ten failures are kept, 0 to 100_000. 0 is none. @default 10_000 */
  attempts?: number;
  /** How many jobs are kept that have ended, 0 to 10_000; of many a sample. 0 is none. @default 1_000 */
  finished?: number;
  /** How long jobs waited, by queue and minute, for eight hours. @default true */
  waits?: boolean;
  /** How late the event loop was, with each heartbeat. @default true */
  lag?: boolean;
  /** For how many days `attempts` and `finished` are kept, 1 to 90. @default 7 */
  days?: number;
}

/** A row for each. */
export const KEEP = {
  attempts: {
    ...integer({ from: 0, to: 100_000, example: 10_000 }),
    tells: "of how many jobs the last ten failures are kept",
    fallback: 10_000,
  },
  finished: {
    ...integer({ from: 0, to: 10_000, example: 1_000 }),
    tells: "how many jobs are kept that have ended; of many a sample",
    fallback: 1_000,
  },
  waits: {
    ...boolean(),
    tells: "whether it is kept how long jobs waited, by queue and minute, for eight hours",
    fallback: true,
  },
  lag: {
    ...boolean(),
    tells: "whether each heartbeat says how late the event loop was",
    fallback: true,
  },
  days: {
    ...integer({ from: 1, to: 90, example: 7 }),
    tells: "for how many days `attempts` and `finished` are kept",
    fallback: 7,
  },
} satisfies Schema<KeepOptions>;

const NOTHING: KeepLimits = { attempts: 0, finished: 0, waits: false, lag: false, days: 1 };

export const keep = (): Kind<KeepLimits> => ({
  takes: "object, or `false` for nothing",
  read: (value, place) => {
    if (value === false) return NOTHING;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw notAsExpected(
        place,
        "an object of what is kept, or false",
        value,
        "Write `keep: { attempts: 10_000 }`.",
      );
    return readOptions("`keep`", KEEP, value, { ...place, of: "`keep`" });
  },
});
