/** The options of `cron()`. */
import { ConfigError } from "@tsq/core";
import { oneFunction, text } from "@tsq/core/config";
import type { Kind, Schema } from "@tsq/core/config";
import type { MissedInstant } from "./poll/telling.ts";
import { definitionOf } from "./define-cron.ts";
import type { CronDefinition } from "./define-cron.ts";
import type { LayoutOption } from "./entry/layout.ts";
import type { NamespacesOption } from "./entry/namespaces.ts";
import { layoutKind, namespacesKind } from "./settings.ts";

/** What `cron()` takes. */
export interface CronExtensionOptions {
  /**
   * A schedule as sidekiq-cron has it: YAML, with ERB as in sidekiq.yml. Entries that an earlier file had, and this one has
   * not, are removed; what others have made stays.
   *
   * @default `cronScheduleFile` of the Worker, else none
   */
  file?: string | undefined;
  /** Entries of `defineCron()`. @default [] */
  entries?: readonly CronDefinition[] | undefined;
  /**
   * The namespaces of sidekiq-cron 2.x whose entries fire, the first being where new ones go; an entry that names another
   * goes there too, as in sidekiq-cron from 2.1 on. With `"auto"` those of all namespaces in Redis fire.
   *
   * @default `cronNamespaces` of the Worker, else `default` and those that the schedule of this process names
   */
  namespaces?: NamespacesOption | undefined;
  /**
   * The version of sidekiq-cron in whose keys new entries are written; those of both are read.
   *
   * @default `cronLayout` of the Worker, else "auto"
   */
  layout?: LayoutOption | undefined;
  /** Told once in the fleet of each instant that no process has fired. */
  onMissed?: ((missed: MissedInstant) => void) | undefined;
}

const definitions = (): Kind<readonly ReturnType<typeof definitionOf>[]> => ({
  takes: "array of what `defineCron()` returns",
  read: (value) => {
    if (Array.isArray(value)) return value.map(definitionOf);
    throw new ConfigError("Expected `entries` of cron() to be an array, got none. Write `entries: [entry]`.");
  },
});

/** A row for each option of `cron()`. */
export const CRON_OPTIONS = {
  file: {
    ...text(),
    tells: "the file with the schedule",
    usual: "`cronScheduleFile` of the Worker, else none",
  },
  entries: { ...definitions(), tells: "entries of `defineCron()`", fallback: [] },
  namespaces: {
    ...namespacesKind(),
    tells:
      'the namespaces of sidekiq-cron 2.x whose entries fire, the first being where new ones go; `"auto"` is all',
    usual: "`cronNamespaces` of the Worker, else `default` and those that the schedule names",
  },
  layout: {
    ...layoutKind(),
    tells: "in whose keys new entries are written",
    usual: '`cronLayout` of the Worker, else `"auto"`',
  },
  onMissed: {
    ...oneFunction<(missed: MissedInstant) => void>("`(missed) => void`"),
    tells: "told once in the fleet of each instant that no process has fired",
    usual: "the log alone is told",
  },
} satisfies Schema<CronExtensionOptions>;
