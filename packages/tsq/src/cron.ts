/** tsq/cron: periodic jobs, shared with sidekiq-cron. */
import { cronExtension } from "@tsq/cron";
import type { CronExtensionOptions, LayoutOption } from "@tsq/cron";
import type { Extension } from "@tsq/worker";
import { readScheduleFile } from "./config/schedule-file.ts";

export {
  CronDefinition,
  CronEntry,
  CronError,
  CronExpression,
  CronSchedule,
  defineCron,
  inWords,
  loadFromHash,
  nextTimes,
  parseCron,
} from "@tsq/cron";
export type {
  CatchUp,
  ClockSurprise,
  CronExtensionOptions,
  CronOptions,
  CronPush,
  CronRunOptions,
  CronRun,
  CronScheduleOptions,
  EntrySource,
  EntryStatus,
  LayoutOption,
  LoadedSchedule,
  LoadOptions,
  MissedInstant,
  MissedReason,
  MissedRecord,
  NamespacesOption,
  NextTimesOptions,
  Overlap,
  ParseOptions,
  RunState,
  Schedule,
} from "@tsq/cron";

// By the name under which applications declare their own: of two names of one interface TypeScript merges one.
declare module "tsq" {
  interface ExtensionOptions {
    /** Seconds between two looks at the cron schedule; each is up to half as much earlier or later. 0 is never. @default 30 */
    cronPollInterval?: number;
    /** The file with the cron schedule, where `cron()` names none. */
    cronScheduleFile?: string | false;
    /** The namespaces of sidekiq-cron 2.x whose entries fire, where `cron()` names none. @default those that the schedule names */
    cronNamespaces?: readonly string[] | "auto";
    /** The version of sidekiq-cron in whose keys new entries are written, where `cron()` names none. @default "auto" */
    cronLayout?: LayoutOption;
  }
}

/**
 * An extension of a Worker that fires the entries of the cron schedule which it shares with sidekiq-cron: each instant
 * once, whoever looks first. It loads what `file` and `entries` define when the worker starts.
 *
 * @example
 * const worker = new Worker({ jobs, extensions: [cron({ file: "config/schedule.yml" })] });
 *
 * @throws ConfigError naming the option, what was expected and what came. A file that cannot be read, `new Worker()` refuses
 */
export const cron = (options: CronExtensionOptions = {}): Extension =>
  cronExtension(options, readScheduleFile);
