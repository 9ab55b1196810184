/** tsq/cron: periodic jobs, shared with sidekiq-cron. */
export * from "@tsq/cron";
