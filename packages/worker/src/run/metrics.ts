/** Counts what ran: totals for the statistics, and per class for the metrics pages (WIRE §7.5, §8). */
import { metricsLayout } from "@tsq/core/redis";
import type { Kept } from "./kept.ts";

const LIMITS = metricsLayout.HISTOGRAM_LIMITS_MS;

export interface ClassMetrics {
  processed: number;
  failed: number;
  ms: number;
  /** How many successful runs fell into each bucket. */
  readonly histogram: number[];
}

/** What has been counted since the last beat. */
export interface MetricsSnapshot {
  readonly processed: number;
  readonly failed: number;
  readonly classes: ReadonlyMap<string, ClassMetrics>;
  /** What is kept beside it. */
  readonly kept?: Kept | undefined;
}

export class Metrics {
  #processed = 0;
  #failed = 0;
  #classes = new Map<string, ClassMetrics>();

  /** A run that ended well, in whole milliseconds. Only these are timed. */
  succeeded(name: string, elapsedMs: number): void {
    this.#processed++;
    const ms = Math.trunc(elapsedMs);
    const metrics = this.#of(name);
    metrics.processed++;
    metrics.ms += ms;
    const bucket = bucketOf(ms);
    metrics.histogram[bucket] = (metrics.histogram[bucket] ?? 0) + 1;
  }

  /** A run that did neither: its time says nothing about the work. Without a name as in `failed`. */
  ended(name: string | undefined): void {
    this.#processed++;
    if (name !== undefined) this.#of(name).processed++;
  }

  /** A run that threw, or that a stop cut off. Without a name its class is unknown, which only the totals count. */
  failed(name: string | undefined): void {
    this.#processed++;
    this.#failed++;
    if (name === undefined) return;
    const metrics = this.#of(name);
    metrics.processed++;
    metrics.failed++;
  }

  /** Hands over what was counted, and counts from zero. */
  take(): MetricsSnapshot {
    const taken = { processed: this.#processed, failed: this.#failed, classes: this.#classes };
    this.#processed = 0;
    this.#failed = 0;
    this.#classes = new Map();
    return taken;
  }

  #of(name: string): ClassMetrics {
    let metrics = this.#classes.get(name);
    if (!metrics) {
      metrics = { processed: 0, failed: 0, ms: 0, histogram: Array<number>(LIMITS.length).fill(0) };
      this.#classes.set(name, metrics);
    }
    return metrics;
  }
}

/** The last limit is above every time. */
const bucketOf = (ms: number): number => LIMITS.findIndex((limit) => ms < limit);
