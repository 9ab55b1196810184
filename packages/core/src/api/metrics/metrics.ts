/** How often each job ran, how long it took and how often it failed, over the last minutes or hours. */
import { inspect, shown } from "../../report/inspect.ts";
import { ConfigError } from "../../errors.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { readMarks, writeMark } from "./deploy-marks.ts";
import type { DeployMark } from "./deploy-marks.ts";
import { hashOf, MetricsTally } from "./job-metrics.ts";
import type { JobMetrics } from "./job-metrics.ts";
import {
  bucketsUntil,
  histogramKeys,
  HOURS_KEPT,
  minuteCounters,
  MINUTES_KEPT,
  MINUTE_MS,
  tenMinuteCounters,
  TEN_MINUTES_MS,
} from "../../wire/metrics-layout.ts";
import type { CounterKey } from "../../wire/metrics-layout.ts";
import { askEach } from "../replies.ts";

/**
 * How far back: so many minutes by the minute (1 to 480), or so many hours by ten minutes (1 to 72; beyond
 * the last 8 hours only Sidekiq 8 keeps any).
 */
export type MetricsRange = number | { readonly minutes: number } | { readonly hours: number };

/** The time that metrics were read of. */
export interface MetricsPeriod {
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Minutes per point. */
  readonly bucketMinutes: 1 | 10;
  /** What was deployed in that time. */
  readonly deploys: readonly DeployMark[];
}

/** All classes. */
export interface MetricsReport extends MetricsPeriod {
  /** The one that took most time first. */
  readonly jobs: readonly JobMetrics[];
}

/** One class. */
export interface JobMetricsReport extends MetricsPeriod {
  readonly job: JobMetrics;
}

interface Span {
  readonly nowMs: number;
  readonly buckets: readonly number[];
  readonly bucketMinutes: 1 | 10;
  readonly keys: readonly CounterKey[];
}

/**
 * The metrics that workers keep (WIRE §8): of Sidekiq 7 and 8 together, each of which keeps its own.
 *
 * @example
 * const { jobs } = await new Metrics({ redis }).topJobs({ hours: 24 });
 */
export class Metrics extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /**
   * All classes that ran.
   *
   * @throws ConfigError when the range is out of bounds
   */
  async topJobs(range: MetricsRange = 60, now = new Date()): Promise<MetricsReport> {
    const span = spanOf(range, now.getTime());
    const hashes = await askEach(this.api.redis, span.keys, (pipeline, { key }) => hashOf(pipeline, key));
    const tally = new MetricsTally();
    span.keys.forEach(({ bucketMs }, i) => tally.addCounters(bucketMs, hashes[i]?.[0]));
    return { ...(await this.#period(span)), jobs: tally.jobs() };
  }

  /**
   * One class, with its histograms when the range is in minutes.
   *
   * @throws ConfigError when the range is out of bounds
   */
  async forJob(name: string, range: MetricsRange = 60, now = new Date()): Promise<JobMetricsReport> {
    const { redis } = this.api;
    const span = spanOf(range, now.getTime());
    const tally = new MetricsTally();
    const counters = ["p", "f", "ms"] as const;
    const fields = counters.map((counter) => `${name}|${counter}`);
    const hashes = await askEach(redis, span.keys, (pipeline, { key }) => pipeline.hmget(key, ...fields));
    span.keys.forEach(({ bucketMs }, i) => {
      const values = (hashes[i]?.[0] ?? []) as readonly unknown[];
      counters.forEach((counter, j) => tally.addCounter(bucketMs, name, counter, values[j]));
    });
    if (span.bucketMinutes === 1) {
      const histograms = await askEach(redis, span.buckets, (pipeline, bucketMs) => {
        for (const key of histogramKeys(name, bucketMs)) pipeline.getBuffer(key);
      });
      span.buckets.forEach((bucketMs, i) => {
        for (const histogram of histograms[i] ?? []) tally.addHistogram(bucketMs, name, histogram);
      });
    }
    return { ...(await this.#period(span)), job: tally.job(name) };
  }

  /**
   * Marks a deploy, for the charts of tsq and of Ruby. Every machine may call it: within a minute the same
   * label counts once.
   *
   * @returns false when this minute has a mark, or this label got one within the last minute
   * @throws ConfigError when the label is no text, or the time none
   */
  async markDeploy(label: string, at = new Date()): Promise<boolean> {
    if (typeof label !== "string" || label.trim() === "") {
      throw new ConfigError(
        `Expected the label of a deploy to be text, got \`${inspect(label)}\`. Name what was deployed, such as a commit.`,
      );
    }
    if (!(at instanceof Date) || Number.isNaN(at.getTime())) {
      throw new ConfigError(`Expected the time of a deploy to be a Date, got ${shown(at)}.`);
    }
    return writeMark(this.api.redis, label, at);
  }

  async #period({ nowMs, buckets, bucketMinutes }: Span): Promise<MetricsPeriod> {
    const startsMs = buckets[0] ?? nowMs;
    return {
      startsAt: new Date(startsMs),
      endsAt: new Date(nowMs),
      bucketMinutes,
      deploys: await readMarks(this.api.redis, startsMs, nowMs),
    };
  }
}

const spanOf = (range: MetricsRange, nowMs: number): Span => {
  if (typeof range === "object" && "hours" in range) {
    const buckets = bucketsUntil(nowMs, 6 * within("hours", range.hours, HOURS_KEPT), TEN_MINUTES_MS);
    const keys = buckets.flatMap((bucketMs) => tenMinuteCounters(bucketMs, nowMs));
    return { nowMs, buckets, bucketMinutes: 10, keys };
  }
  const minutes = typeof range === "number" ? range : range.minutes;
  const buckets = bucketsUntil(nowMs, within("minutes", minutes, MINUTES_KEPT), MINUTE_MS);
  return { nowMs, buckets, bucketMinutes: 1, keys: buckets.flatMap(minuteCounters) };
};

const within = (unit: string, count: number, most: number): number => {
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new ConfigError(`Expected \`${unit}\` to be an integer from 1 to ${most}, got ${shown(count)}.`);
};
