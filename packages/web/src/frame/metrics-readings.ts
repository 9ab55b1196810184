/** What ran in the last hours, read for all who look at the same span. */
import { Metrics } from "@tsq/core/api";
import type { ApiConnection, MetricsRange, MetricsReport } from "@tsq/core/api";
import { SharedReading } from "./shared-reading.ts";

// Ruby writes its own once a minute.
const HOUR_MS = 5_000;
// Eight hours are a thousand hashes with all classes in each, of which one is new each minute.
const LONGER_MS = 30_000;

/** So far back there are single minutes. */
const LONGEST_BY_THE_MINUTE = 8;

/** The span of so many hours, as exact as it is kept. */
export const rangeOf = (hours: number): MetricsRange =>
  hours <= LONGEST_BY_THE_MINUTE ? { minutes: hours * 60 } : { hours };

/** Whoever asks has a span of a short list. */
export class MetricsReadings {
  readonly #api: ApiConnection;
  readonly #readings = new Map<number, SharedReading<MetricsReport>>();

  constructor(api: ApiConnection) {
    this.#api = api;
  }

  /** Of the last hours: up to five seconds old, of more than one hour up to thirty. */
  now(hours = 1): Promise<MetricsReport> {
    const known = this.#readings.get(hours);
    if (known) return known.now();
    const read = () => new Metrics(this.#api).topJobs(rangeOf(hours));
    const reading = new SharedReading(read, hours > 1 ? LONGER_MS : HOUR_MS);
    this.#readings.set(hours, reading);
    return reading.now();
  }
}
