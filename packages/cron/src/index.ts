/** One cron schedule for Ruby and TypeScript, in the keys of sidekiq-cron. */
export { CronError } from "./cron-error.ts";
export { CronExpression, parseCron } from "./expression/cron-expression.ts";
export type { ParseOptions } from "./expression/cron-expression.ts";
export { nextTimes } from "./expression/next-times.ts";
export type { NextTimesOptions } from "./expression/next-times.ts";
export type { Extension } from "@tsq/worker";
