/** What is counted of one job class, added up over the layouts and buckets it was found in. */
import type { ChainableCommander } from "ioredis";
import { HISTOGRAM_LIMITS_MS } from "../../wire/metrics-layout.ts";
import { numberOf } from "../replies.ts";

/** The runs of one class within one bucket of time. */
export interface MetricsPoint {
  /** When the bucket begins. */
  readonly at: Date;
  /** Runs, failed ones included. */
  readonly processed: number;
  readonly failed: number;
  /** Milliseconds that the successful runs took together. */
  readonly totalMs: number;
  /**
   * How many successful runs took how long, by `HISTOGRAM_LIMITS_MS`; empty where none is kept, that is but for
   * one class by the minute.
   */
  readonly histogram: readonly number[];
}

/** The runs of one class. */
export interface JobMetrics {
  /** The job's name: what an ActiveJob wrapper holds, else its class. */
  readonly class: string;
  readonly processed: number;
  readonly failed: number;
  readonly totalMs: number;
  /** Milliseconds per successful run; 0 without one. */
  readonly averageMs: number;
  /** Of all points together; empty where none is kept. */
  readonly histogram: readonly number[];
  /** The buckets in which something ran, oldest first. */
  readonly points: readonly MetricsPoint[];
}

interface Counts {
  p: number;
  f: number;
  ms: number;
  histogram: readonly number[];
}

const newCounts = (): Counts => ({ p: 0, f: 0, ms: 0, histogram: [] });

/** Histograms are empty until there is one: most buckets of most classes never have any. */
const sum = (one: readonly number[], other: readonly number[]): readonly number[] =>
  other.length > 0 ? other.map((count, i) => count + (one[i] ?? 0)) : one;

type Counter = "p" | "f" | "ms";

const isCounter = (text: string): text is Counter => text === "p" || text === "f" || text === "ms";

/** What a field of a hash of counters counts. */
interface Field {
  readonly name: string;
  readonly counter: Counter;
}

/** Asks for a hash of counters, for `addCounters()`: by this name of the command its reply stays the list that it is. */
export const hashOf = (pipeline: ChainableCommander, key: string): ChainableCommander =>
  pipeline.call("HGETALL", key);

/** Adds up. */
export class MetricsTally {
  readonly #classes = new Map<string, Map<number, Counts>>();
  // Each stands in the hash of each minute; undefined where a later generation counts something else by it.
  readonly #fields = new Map<string, Field | undefined>();

  /**
   * A hash of counters as Redis answers with it, its fields and their values in turn: `HardJob|p`, `HardJob|f`, `HardJob|ms`. Of a
   * thousand hashes of many classes ioredis would make as many objects, which take longer than all the rest.
   */
  addCounters(bucketMs: number, reply: unknown): void {
    const flat = flatOf(reply);
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const field = this.#field(String(flat[i]));
      if (field) this.addCounter(bucketMs, field.name, field.counter, flat[i + 1]);
    }
  }

  addCounter(bucketMs: number, name: string, counter: Counter, value: unknown): void {
    const count = numberOf(value);
    if (count !== 0) this.#counts(name, bucketMs)[counter] += count;
  }

  #field(text: string): Field | undefined {
    if (this.#fields.has(text)) return this.#fields.get(text);
    const bar = text.lastIndexOf("|");
    const counter = text.slice(bar + 1);
    const field = isCounter(counter) ? { name: text.slice(0, bar), counter } : undefined;
    this.#fields.set(text, field);
    return field;
  }

  /** A histogram: unsigned 16-bit numbers, big end first; Redis leaves out the zeros behind the last one. */
  addHistogram(bucketMs: number, name: string, bytes: unknown): void {
    if (!Buffer.isBuffer(bytes)) return;
    const counts = this.#counts(name, bucketMs);
    const found = HISTOGRAM_LIMITS_MS.map((_, i) =>
      2 * i + 1 < bytes.length ? bytes.readUInt16BE(2 * i) : 0,
    );
    counts.histogram = sum(counts.histogram, found);
  }

  /** All classes, the one that took most time first. */
  jobs(): JobMetrics[] {
    return [...this.#classes.keys()]
      .map((name) => this.job(name))
      .sort((one, other) => other.totalMs - one.totalMs || other.processed - one.processed);
  }

  job(name: string): JobMetrics {
    const points = [...(this.#classes.get(name) ?? [])].sort(([one], [other]) => one - other);
    const total = newCounts();
    for (const [, counts] of points) {
      total.p += counts.p;
      total.f += counts.f;
      total.ms += counts.ms;
      total.histogram = sum(total.histogram, counts.histogram);
    }
    const succeeded = total.p - total.f;
    return {
      class: name,
      ...named(total),
      averageMs: succeeded > 0 ? total.ms / succeeded : 0,
      points: points.map(([bucketMs, counts]) => ({ at: new Date(bucketMs), ...named(counts) })),
    };
  }

  #counts(name: string, bucketMs: number): Counts {
    let buckets = this.#classes.get(name);
    if (!buckets) this.#classes.set(name, (buckets = new Map()));
    let counts = buckets.get(bucketMs);
    if (!counts) buckets.set(bucketMs, (counts = newCounts()));
    return counts;
  }
}

/** RESP3 answers with a map; a key of another type is no hash. */
const flatOf = (reply: unknown): readonly unknown[] => {
  if (Array.isArray(reply)) return reply;
  return typeof reply === "object" && reply !== null ? Object.entries(reply).flat() : [];
};

const named = ({ p, f, ms, histogram }: Counts): Omit<MetricsPoint, "at"> => ({
  processed: p,
  failed: f,
  totalMs: ms,
  histogram,
});
