/** @tsq/core/protocol: tsq's own parts for those who build tools on the wire format. No promise of stability. */
export * as keys from "./wire/keys.ts";
export { digestOf, LANE_FIELDS, MOVED, splitHeld, withoutQueue } from "./wire/in-flight.ts";
export { capsuleName, capsuleOf, identityOf, isIdentity, ownerName } from "./wire/owner.ts";
export * as metricsLayout from "./wire/metrics-layout.ts";
export { isWholeFloat } from "./wire/float.ts";
export { dumpJson, parseJson } from "./wire/json.ts";
export { editPayload, editPayloadBytes, memberText } from "./wire/edit.ts";
export type { PayloadChanges } from "./wire/edit.ts";
export { displayClass, isTruthy, numberIn, parsePayload } from "./wire/payload.ts";
export { LONGEST_TIMER_MS } from "./wire/time-limits.ts";
export { readTime, scoreOf, timeToken, utcDate } from "./wire/time.ts";
export { backtraceLines, packBacktrace, unpackBacktrace } from "./wire/backtrace.ts";
export { JidSource } from "./wire/jid.ts";
export { checkRights } from "./redis/check-rights.ts";
export type { MissedRights, Watching } from "./redis/check-rights.ts";
export { databaseWithProcesses } from "./redis/other-databases.ts";
export {
  checkServer,
  connect,
  open,
  DEFAULT_REDIS_URL,
  describeTarget,
  redisOptions,
  readRedisUrl,
  redisFromEnv,
  silenceLimitOf,
  withoutPassword,
} from "./redis/connect.ts";
export { claim as askOnce } from "./api/claims.ts";
export { firstRefusal } from "./redis/first-refusal.ts";
export { isNoPermission } from "./redis/no-permission.ts";
export { allLacking } from "./redis/lacking-rights.ts";
export { orNoPermission, whyUnusable } from "./redis/why-unusable.ts";
export { AWAY, isFull, isOfServer, Outage, refusalIn } from "./redis/outage.ts";
export type { Witness } from "./redis/lifeline.ts";
export type { ConnectionRole, Redis } from "./redis/connect.ts";
export {
  bury,
  close,
  enqueue,
  fetch,
  forget,
  kill,
  promote,
  putback,
  recover,
  register,
  requeue,
  rescue,
  retry,
  ring,
  watch,
} from "./redis/scripts.gen.ts";
export type { FetchArgs } from "./redis/scripts.gen.ts";
export { askSeat, endSeat, endsNone } from "./redis/seat.ts";
export type { Seat } from "./redis/seat.ts";
export { packPlan } from "./redis/plan.ts";
export { runScript } from "./redis/script.ts";
export type { Bytes, Script } from "./redis/script.ts";
export { readMembers, runnersOf } from "./redis/members.ts";
export type { Member, Runners } from "./redis/members.ts";
export { writeClassList } from "./wire/class-list.ts";
export { cleanupProcesses } from "./redis/process-cleanup.ts";
export { isRubyInfo, readGenerations, spellingFor } from "./redis/wire-fleet.ts";
export { OWN_VERSION_PREFIX } from "./redis/serving.ts";
export { isRecord, nearest, refuseUnknown, unknownName } from "./config/nearest.ts";
export { runnableOf } from "./job/runnable.ts";
export { atOnce, HookTimeoutError, HookWaits } from "./job/hook-waits.ts";
export { isThenable } from "./job/thenable.ts";
export { JobRegistry } from "./job/job-registry.ts";
export { deadlineIn, isLate, watchDeadline } from "./job/deadline.ts";
export { tellDeath } from "./job/death-handler.ts";
export { moveClient } from "./client/client.ts";
export { preparePush } from "./client/prepared-push.ts";
export type { PreparedPush } from "./client/prepared-push.ts";
export { parseArgs, takenArgs } from "./job/written-args.ts";
export { isPlain } from "./wire/plain.ts";
export { addConfiguration, configured, logInlineTo, startedWorkers } from "./client/default-client.ts";
export { burialAt } from "./moves/burial.ts";
export type { Burial, DeadSetLimits } from "./moves/burial.ts";
export { promotionOf } from "./moves/promotion.ts";
export { configureRedis, defaultRedis, tellRedis } from "./redis/default-redis.ts";
export type { RedisSource } from "./redis/default-redis.ts";
export { clip, reportError } from "./report/error-report.ts";
export { ERROR_SERIALIZERS, loggedError } from "./report/logged-error.ts";
export { shown } from "./report/inspect.ts";
export { VERSION } from "./version.ts";
export { LazyConnection } from "./redis/lazy-connection.ts";
export { composeServerChain } from "./job/chain.ts";
export type { ServerRun } from "./job/chain.ts";
export { areCancelled, forgetCancelled } from "./job/cancellation.ts";
export {
  activeJobArguments,
  isWrapper,
  listOr,
  mailAction,
  MAIL,
  namelessWrapper,
  NEW_WRAPPER,
  OLD_MAIL,
  OLD_WRAPPER,
  wrappedClass,
} from "./wire/active-job.ts";
export { payloadTemplate } from "./client/payload-template.ts";
export { checkClient } from "./client/job-client.ts";
export { checkOptions, given, runAtSeconds, secondsOf } from "./client/normalize.ts";
export { checkName } from "./job/define-job.ts";
export { refuseMisspelled } from "./job/job-option-names.ts";
export { checkOwnOptions, pushOptionsOf } from "./job/definition.ts";
export { runInline } from "./job/inline.ts";
export { isVerdict } from "./job/verdict.ts";
export { writeDeadline } from "./job/deadline.ts";
