/** The cron schedule of `tsq work`: as with sidekiq-cron in a Gemfile, every process fires what is due. */
import { existsSync } from "node:fs";
import type { Extension, WorkerOptions } from "@tsq/worker";
import { ConfigError } from "@tsq/core";
import { cronExtension } from "@tsq/cron";
import type { ReadScheduleFile } from "@tsq/cron";
import { readScheduleFile, SCHEDULE_FILE } from "../config/schedule-file.ts";
import { cron } from "../cron.ts";

/**
 * With the extension, unless the options have one already. The file of sidekiq-cron is loaded where it is there: it may be
 * one that only Ruby can read, and no job of this process shall wait for that.
 */
export const withCron = (options: WorkerOptions): WorkerOptions => {
  const { extensions = [], cronScheduleFile } = options;
  if (extensions.some(({ name }) => name === "cron")) return options;
  return { ...options, extensions: [...extensions, extensionFor(cronScheduleFile)] };
};

const extensionFor = (named: string | false | undefined): Extension => {
  if (named === false) return cron();
  const file = thatIsThere(named ?? SCHEDULE_FILE);
  if (named !== undefined) return cron({ file });
  return existsSync(file) ? cronExtension({ file }, readIfPossible) : cron();
};

/** As sidekiq-cron 2 looks for it. */
const thatIsThere = (path: string): string => {
  const other = path.replace(/\.yml$/, ".yaml");
  return !existsSync(path) && existsSync(other) ? other : path;
};

const readIfPossible: ReadScheduleFile = (path) => {
  try {
    return readScheduleFile(path);
  } catch (error) {
    const text = `${(error as Error).message} Nothing of it is loaded, and no entry is removed. If it is for Ruby alone, say so by \`cron_schedule_file: false\` in sidekiq.yml.`;
    return { unreadable: new ConfigError(text, { cause: error }) };
  }
};
