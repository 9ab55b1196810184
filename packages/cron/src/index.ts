/** One cron schedule for Ruby and TypeScript, in the keys of sidekiq-cron. */
export type { Extension } from "@tsq/worker";
