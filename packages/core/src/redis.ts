/**
 * @tsq/core/redis: the part of `./protocol` that speaks to a server and knows what stands there, without clients, jobs
 * and their logger. A thread that needs no more starts with a quarter less work. No promise of stability.
 */
export * as keys from "./wire/keys.ts";
export * as metricsLayout from "./wire/metrics-layout.ts";
export * as waitsLayout from "./wire/waits-layout.ts";
export { editPayloadBytes, memberText } from "./wire/edit.ts";
export { digestOf, LANE_FIELDS, MOVED, splitHeld, withoutQueue } from "./wire/in-flight.ts";
export { dumpJson } from "./wire/json.ts";
export { capsuleOf, epochOf, identityOf, ownerName } from "./wire/owner.ts";
export { parsePayload } from "./wire/payload.ts";
export { utcDate } from "./wire/time.ts";
export { connect } from "./redis/connect.ts";
export type { Redis } from "./redis/connect.ts";
export { readGenerations } from "./redis/wire-fleet.ts";
export { OWN_VERSION_PREFIX } from "./redis/serving.ts";
export type { Witness } from "./redis/lifeline.ts";
export { isFull, refusalIn } from "./redis/outage.ts";
export { announce, beat, close, register, rescue, strike } from "./redis/scripts.gen.ts";
