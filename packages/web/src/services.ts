/** What all visits of one dashboard share. */
import type {
  ApiOptions,
  AuditLimits,
  FinishedJob,
  FleetReading,
  InFlightReading,
  QueueWaits,
  StatsSnapshot,
} from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import type { Recorder } from "./audit/recorder.ts";
import type { BulkWorks } from "./bulk/bulk-works.ts";
import type { Counted, SeenErrors } from "./readings/counted.ts";
import type { JobRows } from "./tabs/job-rows.ts";
import type { KnownPlaces } from "./readings/known-places.ts";
import type { TabList } from "./tabs/tab-list.ts";
import type { Mask } from "./security/mask.ts";
import type { RedisReading } from "./redis/redis-facts.ts";
import type { FindingsReader } from "./readings/findings-reader.ts";
import type { MetricsReadings } from "./readings/metrics-readings.ts";
import type { QueueSizes } from "./readings/queue-sizes.ts";
import type { SharedReading } from "./readings/shared-reading.ts";
import type { Languages } from "./words/languages.ts";
import type { TimeZones } from "./words/time-zone.ts";
import type { KeptReadings } from "./readings/kept-readings.ts";

export interface Services {
  /** The counts beside the pages' names. */
  readonly summary: SharedReading<StatsSnapshot>;
  /** What follows of those that were read before. */
  readonly sizes: QueueSizes;
  /** For how long jobs may wait. */
  readonly goals: Goals;
  readonly fleet: SharedReading<FleetReading>;
  /** What workers of tsq have taken, for who looks for a job. */
  readonly inFlight: SharedReading<InFlightReading>;
  readonly places: KnownPlaces;
  /** What the server says of itself. */
  readonly redis: SharedReading<RedisReading>;
  /** Whether Redis is a replica, where it says so. */
  readonly isReplica: SharedReading<boolean>;
  /** Of the last hour, and of longer. */
  readonly metrics: MetricsReadings;
  /** Of the last hour, by queue. */
  readonly waits: SharedReading<ReadonlyMap<string, QueueWaits>>;
  /** The newest jobs that have ended, as far as they were kept. */
  readonly ended: SharedReading<readonly FinishedJob[]>;
  readonly auditLimits: Required<AuditLimits>;
  readonly recorder: Recorder;
  readonly requireReason: boolean;
  readonly findings: FindingsReader;
  readonly facets: KeptReadings<Counted>;
  readonly errors: KeptReadings<SeenErrors>;
  readonly bulk: BulkWorks;
  /** Aborted when the dashboard is closed, and what was asked by then has had its time. */
  readonly closing: AbortSignal;
  readonly readOnly: boolean;
  readonly mask: Mask;
  readonly tabs: TabList;
  readonly languages: Languages;
  readonly zones: TimeZones;
  /** Of the tabs, and of the host. */
  readonly jobRows: readonly { readonly of: string; readonly rows: JobRows | undefined }[];
  readonly logger: ApiOptions["logger"];
}
