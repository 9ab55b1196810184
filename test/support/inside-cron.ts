/** What tests use of @tsq/cron beyond its public entries. */
export { setStatus } from "../../packages/cron/dist/entry/change.js";
export { CronPoller } from "../../packages/cron/dist/poll/cron-poller.js";
export type { CronPollerParts } from "../../packages/cron/dist/poll/cron-poller.js";
export { Expressions, lastTickMs } from "../../packages/cron/dist/poll/due.js";
export { isOfEntry } from "../../packages/cron/dist/poll/fire-and-tell.js";
import * as scripts from "../../packages/cron/dist/redis/scripts.gen.js";

export {
  claim,
  conclude,
  fire,
  remove,
  save,
  takeover,
  turn,
} from "../../packages/cron/dist/redis/scripts.gen.js";
export const CRON_SCRIPTS = Object.values(scripts).filter((one) => typeof one === "object");
export { Telling } from "../../packages/cron/dist/poll/telling.js";
export type { Teller } from "../../packages/cron/dist/poll/teller.js";
export type { Fired } from "../../packages/cron/dist/poll/firing.js";
export type { MissedTick } from "../../packages/cron/dist/poll/missed.js";
export { readDefinition } from "../../packages/cron/dist/entry/definition.js";
export { readFields, writeFields } from "../../packages/cron/dist/entry/fields.js";
export { layoutOf } from "../../packages/cron/dist/entry/layout.js";
export { saveEntry } from "../../packages/cron/dist/entry/save.js";
export {
  instantOfNumber,
  isNumericTime,
  readRubyTime,
  rubyTime,
  tickMember,
} from "../../packages/cron/dist/entry/times.js";

/** The declarations that docs/options.md is held against. */
export const CRON_OPTION_TYPES = {
  extension: new URL("../../packages/cron/dist/cron-options.d.ts", import.meta.url),
  entry: new URL("../../packages/cron/dist/entry/definition.d.ts", import.meta.url),
};
export { findLocalZone } from "../../packages/cron/dist/expression/local-zone.js";
export { MISSED } from "../../packages/cron/dist/redis/keys.js";
export { concludeRun } from "../../packages/cron/dist/poll/run-watch.js";
export { readPolicy as policyOf } from "../../packages/cron/dist/entry/policy.js";
export * as cronKeys from "../../packages/cron/dist/redis/keys.js";
