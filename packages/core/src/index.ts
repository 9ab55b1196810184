/** @tsq/core: what is true in any process. */
export {
  ClaimUnknownError,
  FilterError,
  ClientClosedError,
  ConfigError,
  InvalidArgumentsError,
  InvalidJobError,
  JobCancelledError,
  JobDiscardedError,
  JobKilledError,
  JobLateError,
  JobTimeoutError,
  MalformedPayloadError,
  PushUnknownError,
  RedisUnusableError,
  ShutdownError,
  TsqError,
  UnknownJobError,
} from "./errors.ts";
export type { TsqErrorCode } from "./errors.ts";
export { Client } from "./client/client.ts";
export type { ClientOptions } from "./client/client-options.ts";
export type { CheckArgs } from "./client/bulk-push.ts";
export type { JobClient } from "./client/job-client.ts";
export type { PayloadTemplate } from "./client/payload-template.ts";
export type { Transport } from "./client/transport.ts";
export type { ArgsLists, BulkItem } from "./client/bulk.ts";
export type { NamedJob, PushItem } from "./client/normalize.ts";
export { configure, defaultClient } from "./client/default-client.ts";
export type { Configuration } from "./client/default-client.ts";
export { defineJob, isJob, Job, remoteJob } from "./job/define-job.ts";
export type { CheckedJobOptions, DefineJobOptions } from "./job/definition.ts";
export type { ArgsSchema, InputArgs, OutputArgs, StandardSchema } from "./job/standard-schema.ts";
export type { BigIntegers, HonestIntegers } from "./job/big-integers.ts";
export type { Handler, JobContext, RetryDelay, RetryHooks } from "./job/job-context.ts";
export { isRunnable } from "./job/runnable.ts";
export type { Registry, Runnable } from "./job/runnable.ts";
export { discard, interrupt, kill, snooze } from "./job/verdict.ts";
export type { Verdict } from "./job/verdict.ts";
export { JobSetter } from "./job/job-setter.ts";
export type { SetOptions } from "./job/job-setter.ts";
export type { DeathHandler } from "./job/death-handler.ts";
export { Chain } from "./config/chain.ts";
export type { ChainSource, Link, Named } from "./config/chain.ts";
export type { ClientMiddleware, PushContext } from "./client/chain.ts";
export type { ServerMiddleware } from "./job/chain.ts";
export { float } from "./wire/float.ts";
export type { JobOptions, JsonValue, Payload, RawPayload } from "./wire/payload.ts";
export type { RedisOptions, RedisTarget } from "./redis/connect.ts";
export type { WireOption } from "./redis/wire-fleet.ts";
export type { WireGeneration } from "./wire/time.ts";
