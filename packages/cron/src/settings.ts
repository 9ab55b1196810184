/**
 * The options of the extension that a file may say as well as code (@tsq/cron/settings). It loads nothing else:
 * `tsq work --help` reads it.
 */
import { seconds, text } from "@tsq/core/config";
import type { Options } from "@tsq/core/config";

/** A row for each. */
export const CRON_SETTINGS = {
  cronPollInterval: {
    ...seconds({ from: 0, to: 1_000_000, example: 30 }),
    tells: "how often this process looks at the cron schedule, half as much more or less; 0 is never",
    fallback: 30,
    yaml: "cron_poll_interval",
  },
  cronScheduleFile: {
    ...text(),
    tells: "the file with the cron schedule",
    usual: "`config/schedule.yml` under `tsq work`, where it is there",
    yaml: "cron_schedule_file",
  },
} satisfies Options;
