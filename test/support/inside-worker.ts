/** What tests use of @tsq/worker beyond its public entries. */
export type { BeatReport, BeatSnapshot } from "../../packages/worker/dist/beat.js";
export { writeMetrics } from "../../packages/worker/dist/beat-metrics.js";
export { describeError } from "../../packages/worker/dist/error-fields.js";
export { ErrorReports } from "../../packages/worker/dist/error-reports.js";
export type { UnitOfWork } from "../../packages/worker/dist/fetch.js";
export { Heartbeat } from "../../packages/worker/dist/heartbeat.js";
export { hostName, infoJson, newIdentity } from "../../packages/worker/dist/identity.js";
export { decide } from "../../packages/worker/dist/job-retry.js";
export type { Failure, Outcome } from "../../packages/worker/dist/job-retry.js";
export { Lanes } from "../../packages/worker/dist/lane.js";
export { LastHeard } from "../../packages/worker/dist/last-heard.js";
export { Lifecycle } from "../../packages/worker/dist/lifecycle.js";
export { BUCKETS, Metrics } from "../../packages/worker/dist/metrics.js";
export {
  capsuleName,
  capsuleOf,
  identityOf,
  ownerName,
  takeUp,
} from "../../packages/worker/dist/ownership.js";
export { Poller } from "../../packages/worker/dist/poller.js";
export { drawOrder, queueOrder } from "../../packages/worker/dist/queue-order.js";
export { ReliableFetch } from "../../packages/worker/dist/reliable-fetch.js";
export { ReliableUnit, splitHeld } from "../../packages/worker/dist/reliable-unit.js";
export { Rescuer } from "../../packages/worker/dist/rescuer.js";
export { Roster } from "../../packages/worker/dist/roster.js";
export type { Placed } from "../../packages/worker/dist/roster.js";
export { Slots } from "../../packages/worker/dist/slots.js";
export { resolveOptions } from "../../packages/worker/dist/worker-options.js";
export type { Capsule } from "../../packages/worker/dist/worker-options.js";

/** For the source of another process. */
export const WORKER_MODULE = new URL("../../packages/worker/dist/index.js", import.meta.url).href;
/** The folder of the sources, for what is read in them. */
export const WORKER_SOURCES = new URL("../../packages/worker/src/", import.meta.url).href;
