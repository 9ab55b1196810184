/** Makes what all visits of one dashboard share. */
import { Findings, FinishedJobs, Fleet, Jobs, Stats, Waits } from "@tsq/core/api";
import { Recorder } from "./audit/recorder.ts";
import { BulkWorks } from "./bulk/bulk-works.ts";
import { readRedis, roleReader } from "./redis/redis-facts.ts";
import { TabList } from "./tabs/tab-list.ts";
import type { WebSettings } from "./web-options.ts";
import { Languages } from "./words/languages.ts";
import { TimeZones } from "./words/time-zone.ts";
import { FindingsReader } from "./readings/findings-reader.ts";
import { KeptReadings } from "./readings/kept-readings.ts";
import { KnownPlaces } from "./readings/known-places.ts";
import { MetricsReadings } from "./readings/metrics-readings.ts";
import { QueueSizes } from "./readings/queue-sizes.ts";
import type { Services } from "./services.ts";
import { SharedReading } from "./readings/shared-reading.ts";
import type { UnderWay } from "./readings/under-way.ts";

// Ten thousand jobs are read for them, which takes some 100 ms of a core. With `authorize` each user has their own.
const COUNTED = { freshMs: 10_000, usableMs: 20_000, staleMs: 60_000 };
// They change with the heartbeats.
const WAITS_MS = 5_000;
const ENDED_MS = 5_000;
const MOST_ENDED = 100;
const SUMMARY_MS = 1_000;
// A process says every ten seconds how it is, and a thousand of them are a megabyte to read.
const FLEET_MS = 2_000;
const FLEET_IDLE_MS = 60_000;
// As often as a page that is open asks: of each viewer it would be an INFO, and another page each time.
const REDIS_MS = 5_000;
// It changes with a failover.
const ROLE_MS = 5_000;

/**
 * @param underWay is told of readings that nobody waits for
 * @param closing ends what reads for long
 */
export const servicesOf = (settings: WebSettings, underWay: UnderWay, closing: AbortSignal): Services => {
  const { redis, readOnly, mask, tabs, jobRows, logger, requireReason } = settings;
  const goals = { goal: settings.goal, goals: settings.goals };
  const { api } = redis;
  const auditLimits = { most: settings.auditMost, days: settings.auditDays };
  const [everybody, findings, stats] = [new Fleet(api), new Findings(api), new Stats(api)];
  const sizes = new QueueSizes();
  const idle = { afterMs: FLEET_IDLE_MS, letGo: () => everybody.forget() };
  const fleet = new SharedReading(() => everybody.read(), FLEET_MS, idle);
  const [jobs, waits] = [new Jobs(api), new Waits(api)];
  const inFlight = new SharedReading(() => jobs.inFlight(), FLEET_MS, {
    afterMs: FLEET_MS,
    letGo: () => {},
  });
  closing.addEventListener(
    "abort",
    () => {
      fleet.stop();
      inFlight.stop();
    },
    { once: true },
  );
  const isReplica = new SharedReading(roleReader(api), ROLE_MS);
  return {
    summary: new SharedReading(async () => {
      const summary = await stats.fetch();
      sizes.note(summary.queues, performance.now());
      return summary;
    }, SUMMARY_MS),
    sizes,
    goals,
    fleet,
    inFlight,
    places: new KnownPlaces(),
    redis: new SharedReading(() => readRedis(api), REDIS_MS),
    isReplica,
    metrics: new MetricsReadings(api),
    ended: new SharedReading(() => new FinishedJobs(api).newest(MOST_ENDED), ENDED_MS),
    waits: new SharedReading(() => waits.byQueue(), WAITS_MS),
    findings: new FindingsReader(
      () => underWay.while(fleet.now().then((read) => findings.read(goals, read))),
      (error) => api.whyFailed(error),
    ),
    facets: new KeptReadings({ ...COUNTED, most: 500 }, underWay),
    // With messages, which are long.
    errors: new KeptReadings({ ...COUNTED, most: 100 }, underWay),
    bulk: new BulkWorks(api),
    closing,
    readOnly,
    mask,
    tabs: new TabList(tabs, api),
    // What the host says stands in the place of what a tab says.
    languages: new Languages(...tabs.map(({ words }) => words), settings.locales),
    zones: new TimeZones(),
    jobRows: [
      ...tabs.map(({ name, jobRows: rows }) => ({ of: `the tab \`${name}\``, rows })),
      { of: "the dashboard", rows: jobRows },
    ],
    logger,
    auditLimits,
    recorder: new Recorder(api, auditLimits, logger, () => isReplica.now()),
    requireReason,
  };
};
