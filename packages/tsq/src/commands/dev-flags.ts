/** The flags of `tsq dev`. */
import type { Flags } from "../cli/command.ts";
import { REDIS, VERBOSE } from "../cli/flags.ts";
import { WORK_ROWS } from "../config/work-rows.ts";
import type { DevFlags, PassedOnFlags } from "./dev-command.ts";

/** Those that its worker gets as they are. */
export const PASSED_ON: Flags<PassedOnFlags> = {
  require: {
    ...WORK_ROWS.requires.flag,
    tells: "module that exports jobs; may be repeated (default: jobs.ts, jobs.js)",
  },
  queue: {
    ...WORK_ROWS.queues.flag,
    tells: "queue to process; may be repeated (default: those of the jobs)",
  },
  concurrency: { ...WORK_ROWS.concurrency.flag, tells: "how many jobs run at once" },
  config: { option: "-C, --config <file>", tells: "config file" },
  verbose: VERBOSE,
};

export const DEV_FLAGS: Flags<DevFlags> = {
  ...PASSED_ON,
  server: {
    option: "--server <kind>",
    tells: "start this server instead of looking for one",
    choices: ["embedded", "native"],
  },
  watch: { option: "--no-watch", tells: "do not restart when files change" },
  web: { option: "--no-web", tells: "serve no dashboard" },
  redis: REDIS,
};
