/** The cron schedule of `tsq work`: as with sidekiq-cron in a Gemfile, every process fires what is due. */
import { existsSync } from "node:fs";
import type { WorkerOptions } from "@tsq/worker";
import { SCHEDULE_FILE } from "../config/schedule-file.ts";
import { cron } from "../cron.ts";

/** With the extension, unless the options have one already. The file of sidekiq-cron is loaded where it is there. */
export const withCron = (options: WorkerOptions): WorkerOptions => {
  const { extensions = [], cronScheduleFile } = options;
  if (extensions.some(({ name }) => name === "cron")) return options;
  const file = cronScheduleFile ?? (existsSync(SCHEDULE_FILE) ? SCHEDULE_FILE : undefined);
  return { ...options, extensions: [...extensions, cron({ file })] };
};
