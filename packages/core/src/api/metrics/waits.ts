/** How long jobs waited on their queues before they began, over the last minutes. */
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import { waitsKey } from "../../wire/keys.ts";
import { bucketsUntil, MINUTE_MS } from "../../wire/metrics-layout.ts";
import { readWaitField, WAIT_LIMITS_MS } from "../../wire/waits-layout.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { askEach, numberOf } from "../replies.ts";

/** How long the jobs of one queue waited. */
export interface QueueWaits {
  readonly queue: string;
  /** How many began. */
  readonly count: number;
  /** Milliseconds that one waited on average. */
  readonly averageMs: number;
  /** How many waited how long, by `WAIT_LIMITS_MS`. */
  readonly histogram: readonly number[];
  /**
   * So many milliseconds, or less, waited half of them, and 95 of a hundred: the limit of the bucket that it falls into.
   * `Infinity` is a day and more.
   */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const MOST_MINUTES = 480;

/**
 * The waits that workers of tsq write down: from when a job was put onto its queue until it began. Ruby writes none; a
 * queue that Ruby alone serves is not among them.
 *
 * @example
 * const waits = await new Waits({ redis }).byQueue();
 * console.log(waits.get("default")?.p95Ms);
 */
export class Waits extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /**
   * Of each queue of which a job began, by its name.
   *
   * @param minutes how far back, 1 to 480
   * @throws ConfigError when that is out of bounds
   */
  async byQueue(minutes = 60, now = new Date()): Promise<ReadonlyMap<string, QueueWaits>> {
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_MINUTES) {
      throw new ConfigError(
        `Expected \`minutes\` to be an integer from 1 to ${MOST_MINUTES}, got ${shown(minutes)}.`,
      );
    }
    const starts = bucketsUntil(now.getTime(), minutes, MINUTE_MS);
    const hashes = await askEach(this.api.redis, starts, (pipeline, ms) => pipeline.hgetall(waitsKey(ms)));
    const sums = new Map<string, { readonly counts: number[]; ms: number }>();
    for (const [hash] of hashes) {
      for (const [field, value] of Object.entries((hash ?? {}) as Readonly<Record<string, unknown>>)) {
        const [queue, of] = readWaitField(field);
        let sum = sums.get(queue);
        if (!sum) sums.set(queue, (sum = { counts: WAIT_LIMITS_MS.map(() => 0), ms: 0 }));
        const bucket = Number(of);
        if (of === "ms") sum.ms += numberOf(value);
        // A bucket that this version does not have is a later one's.
        else if (sum.counts[bucket] !== undefined) sum.counts[bucket] += numberOf(value);
      }
    }
    return new Map([...sums].map(([queue, { counts, ms }]) => [queue, waitsOf(queue, counts, ms)]));
  }
}

const waitsOf = (queue: string, histogram: readonly number[], ms: number): QueueWaits => {
  const count = histogram.reduce((sum, one) => sum + one, 0);
  return {
    queue,
    count,
    averageMs: count > 0 ? ms / count : 0,
    histogram,
    p50Ms: limitOf(histogram, count * 0.5),
    p95Ms: limitOf(histogram, count * 0.95),
  };
};

/** The limit of the bucket in which so many are reached. */
const limitOf = (histogram: readonly number[], least: number): number => {
  let seen = 0;
  const at = histogram.findIndex((count) => (seen += count) > 0 && seen >= least);
  return WAIT_LIMITS_MS[at] ?? 0;
};
