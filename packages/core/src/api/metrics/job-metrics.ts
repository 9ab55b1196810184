/** What is counted of one job class, added up over the layouts and buckets it was found in. */
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

/** Adds up. */
export class MetricsTally {
  readonly #classes = new Map<string, Map<number, Counts>>();

  /** A hash of counters: `HardJob|p`, `HardJob|f`, `HardJob|ms`. */
  addCounters(bucketMs: number, hash: Readonly<Record<string, unknown>>): void {
    for (const [field, value] of Object.entries(hash)) {
      const bar = field.lastIndexOf("|");
      this.addCounter(bucketMs, field.slice(0, bar), field.slice(bar + 1), value);
    }
  }

  addCounter(bucketMs: number, name: string, counter: string, value: unknown): void {
    // A counter that no generation writes may belong to a later one.
    if (counter !== "p" && counter !== "f" && counter !== "ms") return;
    const count = numberOf(value);
    if (count !== 0) this.#counts(name, bucketMs)[counter] += count;
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

const named = ({ p, f, ms, histogram }: Counts): Omit<MetricsPoint, "at"> => ({
  processed: p,
  failed: f,
  totalMs: ms,
  histogram,
});
