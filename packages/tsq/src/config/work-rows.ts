/** A row for each option of `tsq work`, by flag, file or variable: those of the worker, and its own. */
import { boolean, text, textOrTexts } from "@tsq/core/config";
import type { Options } from "@tsq/core/config";
import { CRON_SETTINGS } from "@tsq/cron/settings";
import { SETTINGS } from "@tsq/worker/settings";
import { VERBOSE } from "../cli/flags.ts";
import { fileCapsules } from "./file-capsules.ts";

export const DEFAULT_ENVIRONMENT = "development";

export const WORK_ROWS = {
  requires: {
    ...textOrTexts("path or list of paths"),
    tells: "the modules with jobs, where no `-r` names them",
    fallback: [],
    yaml: "require",
    flag: {
      option: "-r, --require <file>",
      tells: "module that exports jobs, .js .mjs or .ts; may be repeated",
      isList: true,
    },
  },
  environment: {
    ...text(),
    tells: "the name alone: it does not choose the section, as in Sidekiq",
    // A variable goes before the file, here alone.
    fallback: DEFAULT_ENVIRONMENT,
    yaml: "environment",
  },
  ...SETTINGS,
  capsules: {
    ...fileCapsules(),
    tells: "further queues with a concurrency of their own",
    usual: "`[]`",
    yaml: "capsules",
  },
  verbose: {
    ...boolean(),
    tells: "the level of the log is debug",
    fallback: false,
    yaml: "verbose",
    flag: VERBOSE,
  },
} satisfies Options;

/** Rows of extensions that tsq brings with it: files, flags and variables know them as the worker's own. */
export const EXTRA_ROWS = { ...CRON_SETTINGS } satisfies Options;
