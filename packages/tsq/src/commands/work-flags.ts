/** The flags of `tsq work`: those of its rows, and what is no option of a worker. */
import type { Options } from "@tsq/core/config";
import type { Flag, Flags } from "../cli/command.ts";
import { REDIS } from "../cli/flags.ts";
import type { WorkFlags } from "../cli/options.ts";
import { WORK_ROWS } from "../config/work-rows.ts";
import { flagKey } from "../config/written.ts";

/** @param extra rows of extensions */
export const workFlags = (extra: Options): Flags<WorkFlags> => ({
  config: {
    option: "-C, --config <file>",
    tells: "config file (default: config/sidekiq.yml, then config/sidekiq.yml.erb)",
  },
  environment: {
    option: "-e, --environment <name>",
    tells: "section of the config file (default: APP_ENV, RAILS_ENV, RACK_ENV, or development)",
  },
  require: WORK_ROWS.requires.flag,
  ...flagsOf(WORK_ROWS),
  ...flagsOf(extra),
  // What tsq dev says to its worker.
  queuesOfJobs: { option: "--queues-of-jobs", tells: "process the queues of the jobs", isHidden: true },
  redis: REDIS,
});

const flagsOf = (rows: Options): Readonly<Record<string, Flag>> =>
  Object.fromEntries(Object.values(rows).flatMap(({ flag }) => (flag ? [[flagKey(flag.option), flag]] : [])));
