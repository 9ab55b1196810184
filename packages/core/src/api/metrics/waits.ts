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
/** Heartbeats write ten seconds later, by a clock that may be behind: into a minute that is older nobody writes any more. */
const OPEN_MS = 3 * MINUTE_MS;
/** Queues by minutes that are kept: some twenty megabytes. */
const MOST_KEPT = 100_000;

/** What was written down in one minute, by queue. */
type Minute = ReadonlyMap<string, Sum>;

interface Sum {
  readonly counts: number[];
  ms: number;
}

/**
 * The waits that workers of tsq write down: from when a job was put onto its queue until it began. Ruby writes none; a
 * queue that Ruby alone serves is not among them. Who asks the same object again reads the last minutes alone.
 *
 * @example
 * const waits = await new Waits({ redis }).byQueue();
 * console.log(waits.get("default")?.p95Ms);
 */
export class Waits extends ApiObject {
  /** By when they began: those that do not change any more. */
  readonly #kept = new Map<number, Minute>();

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
    const sums = new Map<string, Sum>();
    for (const minute of await this.#read(starts, now.getTime())) {
      for (const [queue, { counts, ms }] of minute) {
        const sum = sumIn(sums, queue);
        sum.ms += ms;
        for (const [i, count] of counts.entries()) sum.counts[i] = (sum.counts[i] ?? 0) + count;
      }
    }
    return new Map([...sums].map(([queue, { counts, ms }]) => [queue, waitsOf(queue, counts, ms)]));
  }

  async #read(starts: readonly number[], nowMs: number): Promise<readonly Minute[]> {
    for (const ms of this.#kept.keys()) if (ms < nowMs - MOST_MINUTES * MINUTE_MS) this.#kept.delete(ms);
    const unread = starts.filter((ms) => !this.#kept.has(ms));
    const hashes = await askEach(this.api.redis, unread, (pipeline, ms) => pipeline.hgetall(waitsKey(ms)));
    const minutes = starts.flatMap((ms) => this.#kept.get(ms) ?? []);
    let kept = [...this.#kept.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [i, [hash]] of hashes.entries()) {
      const minute = minuteOf(hash);
      minutes.push(minute);
      const ms = unread[i];
      kept += minute.size;
      if (ms !== undefined && ms < nowMs - OPEN_MS && kept <= MOST_KEPT) this.#kept.set(ms, minute);
    }
    return minutes;
  }
}

const minuteOf = (hash: unknown): Minute => {
  const sums = new Map<string, Sum>();
  for (const [field, value] of Object.entries((hash ?? {}) as Readonly<Record<string, unknown>>)) {
    const [queue, of] = readWaitField(field);
    const sum = sumIn(sums, queue);
    const bucket = Number(of);
    if (of === "ms") sum.ms += numberOf(value);
    // A bucket that this version does not have is a later one's.
    else if (sum.counts[bucket] !== undefined) sum.counts[bucket] += numberOf(value);
  }
  return sums;
};

const sumIn = (sums: Map<string, Sum>, queue: string): Sum => {
  let sum = sums.get(queue);
  if (!sum) sums.set(queue, (sum = { counts: WAIT_LIMITS_MS.map(() => 0), ms: 0 }));
  return sum;
};

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
