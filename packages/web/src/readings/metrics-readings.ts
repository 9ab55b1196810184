/** What ran in the last hours, read for all who look at the same span. */
import { Metrics } from "@tsq/core/api";
import type { ApiConnection, JobMetricsReport, MetricsRange, MetricsReport } from "@tsq/core/api";
import { SharedReading } from "./shared-reading.ts";

// Ruby writes its own once a minute.
const HOUR_MS = 5_000;
// Four hours are five hundred hashes with all classes in each, of which one is new each minute.
const LONGER_MS = 30_000;

/** So far back there are single minutes, and of one class its histograms. */
const LONGEST_BY_THE_MINUTE = 8;
// Of all classes the minutes of eight hours took a fifth of a second to read, and a chart has columns for fifty of them.
const ALL_BY_THE_MINUTE = 4;

/** The span of so many hours, by the minute where that is not too far back. */
const rangeOf = (hours: number, longest: number): MetricsRange =>
  hours <= longest ? { minutes: hours * 60 } : { hours };

// Whoever asks for a class names it as they like; those that were asked for last are kept.
const MOST_CLASSES = 100;

export class MetricsReadings {
  readonly #metrics: Metrics;
  readonly #spans = new Map<number, SharedReading<MetricsReport>>();
  readonly #classes = new Map<string, SharedReading<JobMetricsReport>>();

  constructor(api: ApiConnection) {
    this.#metrics = new Metrics(api);
  }

  /** Of the last hours, which are of a short list: up to five seconds old, of more than one hour up to thirty. */
  now(hours = 1): Promise<MetricsReport> {
    let reading = this.#spans.get(hours);
    if (!reading) {
      reading = new SharedReading(
        () => this.#metrics.topJobs(rangeOf(hours, ALL_BY_THE_MINUTE)),
        freshMsOf(hours),
      );
      this.#spans.set(hours, reading);
    }
    return reading.now();
  }

  /** Of one class, with its histograms: as old. */
  of(name: string, hours: number): Promise<JobMetricsReport> {
    const key = `${hours} ${name}`;
    const reading =
      this.#classes.get(key) ??
      new SharedReading(
        () => this.#metrics.forJob(name, rangeOf(hours, LONGEST_BY_THE_MINUTE)),
        freshMsOf(hours),
      );
    // Also again each time, so that the first is the one that nobody has asked for the longest.
    this.#classes.delete(key);
    this.#classes.set(key, reading);
    const [oldest] = this.#classes.keys();
    if (this.#classes.size > MOST_CLASSES && oldest !== undefined) this.#classes.delete(oldest);
    return reading.now();
  }
}

const freshMsOf = (hours: number): number => (hours > 1 ? LONGER_MS : HOUR_MS);
