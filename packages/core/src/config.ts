/**
 * @tsq/core/config: options as data, for those who take some: a worker, its extensions, a command. It loads nothing of
 * Redis, so that `--help` may read it. No promise of stability.
 */
export { keyOf, LONGEST_JID } from "./api/job-key.ts";
export { deedsAt, JOB_DEEDS } from "./api/jobs/deeds.ts";
export type { JobDeed } from "./api/jobs/deeds.ts";
export { followsOf } from "./api/bulk/follows.ts";
export type { Follow, Surroundings } from "./api/bulk/follows.ts";
export { needsTyping } from "./api/bulk/typing.ts";
export { ANY_CLASS, namedClasses } from "./api/audit/named-classes.ts";
export { editedPayload } from "./moves/job-edit.ts";
export { MOST_WORDS } from "./api/search/filter.ts";
export { LIMITS as FINDING_LIMITS } from "./api/findings/finding.ts";
export { goalOf, isLate } from "./api/findings/goal.ts";
export type { Goals } from "./api/findings/goal.ts";
export {
  ClaimUnknownError,
  ConfigError,
  FilterError,
  InvalidJobError,
  MalformedPayloadError,
  RedisUnusableError,
  TsqError,
} from "./errors.ts";
export { isRecord, refuseUnknown } from "./config/nearest.ts";
export { notAsExpected, readOptions } from "./config/option.ts";
export type { FlagRow, Kind, Option, Options, Place, Schema, Values } from "./config/option.ts";
export { integer, seconds, timerMs, timerSeconds } from "./config/numbers.ts";
export { boolean, oneOf, text, textOrTexts, texts } from "./config/texts.ts";
export { functions, logger, middleware, oneFunction } from "./config/functions.ts";
export { queues } from "./config/queues.ts";
export type { WeightedQueue } from "./config/queues.ts";
export { DEAD_SET, deadMostOf, WIRE } from "./config/shared-options.ts";
export { readInstant, readSpan, writtenTimeOf } from "./wire/written-time.ts";
export { BULK } from "./wire/keys.ts";
export { VERSION } from "./version.ts";
export { evictionIn, evicts, isReplicaIn, numberIn, readServerInfo, storeIn } from "./redis/server-info.ts";
export type { ServerInfo } from "./redis/server-info.ts";
export { isAtLeast } from "./config/version-order.ts";
export { isRubyVersion, serves } from "./redis/serving.ts";
export { isOfRedis } from "./redis/of-redis.ts";
export { shown } from "./report/inspect.ts";
export { INVISIBLE } from "./report/invisible.ts";
export { loggedError } from "./report/logged-error.ts";
export { byIdentity } from "./api/processes/by-identity.ts";
