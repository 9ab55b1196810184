/** What an app of Rails has in its configuration, and each job in its class: names of queues, and what is in an envelope. */
import { ConfigError, InvalidJobError } from "@tsq/core";
import { notAsExpected, shown } from "@tsq/core/config";
import type { Kind, Schema } from "@tsq/core/config";
import { addConfiguration, configured, isRecord, refuseUnknown } from "@tsq/core/protocol";

/** What a job is enqueued with where its own options do not say it: `configure({ activeJob: { … } })`. */
export interface ActiveJobSettings {
  /** Before each queue's name, as `config.active_job.queue_name_prefix`: `crm_production`. @default none */
  queueNamePrefix?: string;
  /** Between the prefix and the name, as `config.active_job.queue_name_delimiter`. @default "_" */
  queueNameDelimiter?: string;
  /** The locale that Ruby runs the job with. @default "en" */
  locale?: string;
  /** The time zone that Ruby runs the job with, by Rails' name for it: `Pacific Time (US & Canada)`. @default null: its own */
  timezone?: string;
  /**
   * The Rails that reads, such as `7.0`: up to that `enqueued_at` has whole seconds and there is no `scheduled_at`, from 7.1
   * on nanoseconds and a `scheduled_at`. Each reads both.
   *
   * @default as 6.1 where a Sidekiq 6 is alive, else as 7.1
   */
  rails?: string;
}

const TEXTS = ["queueNamePrefix", "queueNameDelimiter", "locale", "timezone"] as const;
const RAILS = /^\d+\.\d+(\.|$)/;

/**
 * @param refusal makes the error of what is said
 * @throws InvalidJobError, or what `refusal` makes, naming the setting, what came and what to do
 */
export const checkSettings = (
  of: string,
  settings: Readonly<Record<string, unknown>>,
  refusal = (text: string): Error => new InvalidJobError(text),
): void => {
  for (const name of TEXTS) {
    const value = settings[name];
    if (value === undefined || typeof value === "string") continue;
    throw refusal(
      `Expected \`${name}\` of ${of} to be a string, got ${shown(value)}. Leave it out for the default.`,
    );
  }
  const { queueNamePrefix, rails } = settings;
  if (typeof queueNamePrefix === "string" && /\s/.test(queueNamePrefix)) {
    throw refusal(
      `Expected \`queueNamePrefix\` of ${of} to be a text without spaces, got ${shown(queueNamePrefix)}. Give one such as "crm_production".`,
    );
  }
  if (rails === undefined || (typeof rails === "string" && RAILS.test(rails))) return;
  throw refusal(
    `Expected \`rails\` of ${of} to be a version such as "7.0", got ${shown(rails)}. Leave it out to go by the Sidekiq that is alive.`,
  );
};

/** The name of a queue, as Rails' `queue_name_from_part`. */
export const queueName = (
  part: string,
  { queueNamePrefix, queueNameDelimiter = "_" }: ActiveJobSettings,
): string => (queueNamePrefix ? `${queueNamePrefix}${queueNameDelimiter}${part}` : part);

/** The settings among the options of a job, and below them those of `configure()`, whenever that was called. */
export const settingsOf = (options: ActiveJobSettings): (() => ActiveJobSettings) => {
  const own = Object.fromEntries(
    NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  let shared: unknown;
  let merged: ActiveJobSettings = own;
  return () => {
    const now = configured("activeJob");
    if (now !== shared) {
      shared = now;
      merged = { ...(isRecord(now) ? now : {}), ...own };
    }
    return merged;
  };
};

const NAMES = [...TEXTS, "rails"] as const;

/** The option of `configure()` for all jobs of ActiveJob. */
export interface ActiveJobConfiguration {
  /** What jobs of ActiveJob are enqueued with where their own options do not say it. @default those of Rails */
  readonly activeJob?: ActiveJobSettings | undefined;
}

declare module "@tsq/core" {
  // oxlint-disable-next-line typescript/no-empty-object-type -- it is merged into that of core
  interface Configuration extends ActiveJobConfiguration {}
}

const settings: Kind<ActiveJobSettings> = {
  takes: "object",
  read: (value, place) => {
    if (!isRecord(value))
      throw notAsExpected(place, "an object", value, 'Write `{ queueNamePrefix: "crm" }`.');
    refuseUnknown("`activeJob` of configure()", value, NAMES);
    checkSettings("`activeJob` of configure()", value, (text) => new ConfigError(text));
    return value;
  },
};

/** Their row. */
export const ACTIVE_JOB = {
  activeJob: {
    ...settings,
    usual: "those of Rails",
    tells:
      "what jobs of ActiveJob are [enqueued with](guides/active-job.md#settings-of-an-app): prefix of queues, locale, time zone, Rails",
  },
} satisfies Schema<ActiveJobConfiguration>;

addConfiguration(ACTIVE_JOB);
