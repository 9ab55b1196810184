/** What tests use of @tsq/worker beyond its public entries. */
export { again } from "../../packages/worker/dist/fetch/reliable/again.js";
export { Beat } from "../../packages/worker/dist/beat/beat.js";
export type { BeatReport, BeatSnapshot } from "../../packages/worker/dist/beat/beat.js";
export { BeatReports } from "../../packages/worker/dist/beat/beat-reports.js";
export { BlockedLoop } from "../../packages/worker/dist/beat/blocked-loop.js";
export { writeMetrics } from "../../packages/worker/dist/beat/beat-metrics.js";
export { writeKept } from "../../packages/worker/dist/beat/beat-kept.js";
export { addedKept } from "../../packages/worker/dist/run/kept.js";
export type { Kept, KeptAttempt, KeptJob } from "../../packages/worker/dist/run/kept.js";
export { callSize } from "../../packages/worker/dist/fetch/reliable/call-size.js";
export { describeError } from "../../packages/worker/dist/report/error-fields.js";
export { ErrorReports } from "../../packages/worker/dist/report/error-reports.js";
export type { FetchEvents, UnitOfWork } from "../../packages/worker/dist/fetch/fetch.js";
export const BEAT_THREAD = new URL("../../packages/worker/dist/beat/beat-thread.js", import.meta.url);
export type { BeatThreadData, FromBeatThread } from "../../packages/worker/dist/beat/beat-thread.js";
export { newTurn } from "../../packages/worker/dist/beat/turn.js";
export { Heartbeat } from "../../packages/worker/dist/beat/heartbeat.js";
export { hostName, infoJson, newIdentity } from "../../packages/worker/dist/beat/identity.js";
export { CancelWatch } from "../../packages/worker/dist/services/cancel-watch.js";
export { HandOn } from "../../packages/worker/dist/run/hand-on.js";
export { admissionBy } from "../../packages/worker/dist/run/admission.js";
export { GuardedClient } from "../../packages/worker/dist/run/guarded-client.js";
export { Timeouts } from "../../packages/worker/dist/run/timeouts.js";
export { JobLogger } from "../../packages/worker/dist/run/job-logger.js";
export { Processor } from "../../packages/worker/dist/run/processor.js";
export type { ProcessorOptions } from "../../packages/worker/dist/run/processor.js";
export { WorkState } from "../../packages/worker/dist/run/work-state.js";
export { count } from "../../packages/worker/dist/run/counts.js";
export { RunningJob } from "../../packages/worker/dist/run/running-job.js";
export { Conclusion } from "../../packages/worker/dist/run/conclude.js";
export { decide } from "../../packages/worker/dist/run/decide.js";
export type { Facts } from "../../packages/worker/dist/run/decide.js";
export type { Ending } from "../../packages/worker/dist/run/ending.js";
export type { Outcome } from "../../packages/worker/dist/run/outcome.js";
export { Audience } from "../../packages/worker/dist/run/audience.js";
export { Holds } from "../../packages/worker/dist/fetch/holds.js";
export { argsOf, Lanes, takeJobs } from "../../packages/worker/dist/fetch/reliable/lane.js";
export type { FetchCall, Landing } from "../../packages/worker/dist/fetch/reliable/lane.js";
export { Landings } from "../../packages/worker/dist/fetch/reliable/landings.js";
export { LastHeard } from "../../packages/worker/dist/fetch/reliable/last-heard.js";
export { LostMoves } from "../../packages/worker/dist/fetch/reliable/lost-moves.js";
export { NamedQueues } from "../../packages/worker/dist/fetch/named-queues.js";
export { Lifecycle } from "../../packages/worker/dist/services/lifecycle.js";
export { Loop } from "../../packages/worker/dist/services/loop.js";
export type { LoopOptions } from "../../packages/worker/dist/services/loop.js";
export { ServiceList } from "../../packages/worker/dist/services/service-list.js";
export { Metrics } from "../../packages/worker/dist/run/metrics.js";
export { Owner, takeUp } from "../../packages/worker/dist/fetch/reliable/ownership.js";
export type { OwnerState } from "../../packages/worker/dist/fetch/fetch.js";
export { Poller } from "../../packages/worker/dist/services/poller.js";
export { drawOrder, queueOrder } from "../../packages/worker/dist/options/queue-order.js";
export { ReliableFetch } from "../../packages/worker/dist/fetch/reliable/reliable-fetch.js";
export { ReliableUnit } from "../../packages/worker/dist/fetch/reliable/reliable-unit.js";
export { Emptiness } from "../../packages/worker/dist/fetch/waiting/emptiness.js";
export { Alarm } from "../../packages/worker/dist/fetch/waiting/alarm.js";
export { Backoff } from "../../packages/worker/dist/fetch/backoff.js";
export { BasicFetch } from "../../packages/worker/dist/fetch/basic-fetch.js";
export { Bell } from "../../packages/worker/dist/fetch/waiting/bell.js";
export { Seat } from "../../packages/worker/dist/fetch/waiting/seat.js";
export { forgetReaders } from "../../packages/worker/dist/fetch/waiting/readers.js";
export { Sight } from "../../packages/worker/dist/fetch/waiting/sight.js";
export type { SightOptions } from "../../packages/worker/dist/fetch/waiting/sight.js";
export { InVain } from "../../packages/worker/dist/fetch/waiting/in-vain.js";
export { WakeUps } from "../../packages/worker/dist/fetch/waiting/wake-ups.js";
export { Untold } from "../../packages/worker/dist/fetch/waiting/untold.js";
export {
  everPadded,
  mayPadAll,
  paddedPlaces,
  watchingBy,
  wayFrom,
  waysSaid,
} from "../../packages/worker/dist/fetch/waiting/way.js";
export type { Way } from "../../packages/worker/dist/fetch/waiting/way.js";
export { Rescuer } from "../../packages/worker/dist/services/rescuer.js";
export { Roster } from "../../packages/worker/dist/roster.js";
export type { Placed } from "../../packages/worker/dist/roster.js";
export { Slots } from "../../packages/worker/dist/fetch/reliable/slots.js";
export { SharedConnection } from "../../packages/worker/dist/services/shared-connection.js";
export { resolveOptions } from "../../packages/worker/dist/options/worker-options.js";
export type { Capsule } from "../../packages/worker/dist/options/capsules.js";

/** For the source of another process. */
export const WORKER_MODULE = new URL("../../packages/worker/dist/index.js", import.meta.url).href;
/** The folder of the sources, for what is read in them. */
export const WORKER_SOURCES = new URL("../../packages/worker/src/", import.meta.url).href;

/** The types of a worker's options, as they are published. */
export const KEEP_OPTION_TYPES = new URL("../../packages/worker/dist/options/keep.d.ts", import.meta.url);
export const CAPSULE_OPTION_TYPES = new URL(
  "../../packages/worker/dist/options/capsules.d.ts",
  import.meta.url,
);
export const WORKER_OPTION_TYPES = new URL(
  "../../packages/worker/dist/options/worker-options.d.ts",
  import.meta.url,
);
export { LoopLag } from "../../packages/worker/dist/beat/loop-lag.js";
