/** ActiveJob in TypeScript: its argument types, and its jobs in both directions. */
export { DeserializationError, SerializationError } from "./values/argument-errors.ts";
export { BigDecimal } from "./values/big-decimal.ts";
export { Duration } from "./values/duration.ts";
export type { DurationPart } from "./values/duration.ts";
export { GlobalID } from "./values/global-id.ts";
export { indifferent, kwargs, symbolKeys } from "./values/hash.ts";
export { Range } from "./values/range.ts";
export { RubyModule } from "./values/ruby-module.ts";
export { symbol, RubySymbol } from "./values/ruby-symbol.ts";
export type { GlobalIdResolver, Serializer } from "./values/settings.ts";
export { temporal } from "./values/temporal.ts";
export type { RubyDate, RubyTime } from "./values/temporal.ts";
export { rubyTime } from "./values/times.ts";
export type { RubyTimeClass } from "./values/times.ts";
export { UnknownValue } from "./values/unknown-value.ts";
export { ActiveJob, activeJob } from "./jobs/active-job.ts";
export type { ActiveJobContext, RetryJobOptions } from "./jobs/active-job-context.ts";
export type {
  AfterCallback,
  AroundCallback,
  BeforeCallback,
  BeforePerform,
  EnqueueCallbacks,
  OneOrMany,
  PerformCallbacks,
} from "./callbacks.ts";
export { defineActiveJob, RunnableActiveJob } from "./jobs/define-active-job.ts";
export type { ActiveJobHandler } from "./jobs/define-active-job.ts";
export { defineMailerJob } from "./jobs/define-mailer-job.ts";
export type { DefineMailerJobOptions, MailerJobContext } from "./jobs/define-mailer-job.ts";
export type { ActiveJobOptions, DefineActiveJobOptions } from "./jobs/options.ts";
export { performAllLater } from "./jobs/perform-all-later.ts";
export { ActiveJobCall, ActiveJobSetter } from "./jobs/setter.ts";
export type { CallArgs, SetActiveJobOptions } from "./jobs/setter.ts";
export type { EnqueuingJob } from "./enqueue/enqueuing-job.ts";
export type { ActiveJobConfiguration, ActiveJobSettings } from "./enqueue/app-settings.ts";
export type { ErrorClass, ErrorMatch } from "./failures/errors-matched.ts";
export type { AfterDiscard } from "./failures/discarded.ts";
export type { DiscardOn, RescueFrom, Rescues, RetryOn } from "./failures/rescues.ts";
export type { Wait } from "./failures/wait.ts";
