/**
 * One setting as somebody gave it, in a file, a flag or a variable, and the checks its value must pass.
 * Every refusal says where it stands, what was expected, what came and what to do.
 */
import { ConfigError } from "@tsq/core";

export interface Setting {
  /** What an error begins with: `config/sidekiq.yml:3: `, or nothing for a flag. */
  readonly place: string;
  /** As its author wrote it: `concurrency`, `-c`, `RAILS_MAX_THREADS`. */
  readonly name: string;
  readonly value: unknown;
}

export const wrongSetting = (setting: Setting, expected: string, remedy: string): ConfigError =>
  new ConfigError(
    `${setting.place}Expected \`${setting.name}\` to be ${expected}, got ${shown(setting.value)}. ${remedy}`,
  );

/** A value as an error shows it. */
export const shown = (value: unknown): string => {
  if (value === null || value === undefined) return "nothing";
  if (value instanceof Map) return value.size > 0 ? "a mapping" : "an empty mapping";
  if (Array.isArray(value)) {
    if (value.length === 0) return "an empty list";
    const isPlain = value.every((item) => typeof item !== "object");
    return isPlain ? `\`[${value.join(", ")}]\`` : "a list";
  }
  if (value instanceof Date) return `the date ${value.toISOString()}`;
  // JSON has no infinity.
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
  return `\`${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text}\``;
};

const LONGEST_VALUE = 80;

/** A flag or a variable is text: its number, if it is one, else the text for the error to show. */
export const numberIn = (text: string | number): string | number =>
  typeof text === "string" && /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : text;

// The in-flight slots of a capsule: more running jobs than that gain nothing in one event loop.
const MOST_SLOTS = 500;

export const concurrencyOf = (setting: Setting): number => {
  const { value } = setting;
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MOST_SLOTS) return Number(value);
  throw wrongSetting(
    setting,
    `an integer from 1 to ${MOST_SLOTS}`,
    typeof value === "number" && value > MOST_SLOTS
      ? `A tsq capsule has at most ${MOST_SLOTS} slots: add capsules or processes for more.`
      : howToWrite(value, "10"),
  );
};

// A Node timer waits at most 2^31 - 1 ms, and one set for longer fires at once.
const LONGEST_TIMER_SECONDS = 2_147_483;

/** Seconds that will be waited for. */
export const secondsOf = (setting: Setting): number => {
  const { value } = setting;
  if (typeof value === "number" && value >= 0 && value <= LONGEST_TIMER_SECONDS) return value;
  throw wrongSetting(
    setting,
    `a number of seconds from 0 to ${LONGEST_TIMER_SECONDS}`,
    howToWrite(value, "25"),
  );
};

// Half as much again, as Sidekiq spreads it, is still within what a timer holds.
const LONGEST_INTERVAL_SECONDS = 1_000_000;

/** Seconds between two looks of the poller, as the worker takes them. */
export const intervalOf = (setting: Setting): number => {
  const { value } = setting;
  if (typeof value === "number" && value > 0 && value <= LONGEST_INTERVAL_SECONDS) return value;
  throw wrongSetting(
    setting,
    `a number of seconds above 0 to ${LONGEST_INTERVAL_SECONDS}`,
    howToWrite(value, "5"),
  );
};

export const countOf = (setting: Setting, from: 0 | 1, remedy?: string): number => {
  const { value } = setting;
  if (Number.isSafeInteger(value) && Number(value) >= from) return Number(value);
  throw wrongSetting(setting, `an integer from ${from}`, remedy ?? howToWrite(value, "25"));
};

export const textOf = (setting: Setting): string => {
  const { value } = setting;
  if (typeof value === "string" && value.trim() !== "") return value;
  throw wrongSetting(
    setting,
    "text",
    typeof value === "number" || typeof value === "boolean" || value instanceof Date
      ? "Put it in quotes."
      : "Write a name, or remove it.",
  );
};

export const booleanOf = (setting: Setting): boolean => {
  if (typeof setting.value === "boolean") return setting.value;
  throw wrongSetting(setting, "true or false", "Write `true` or `false` without quotes.");
};

const howToWrite = (value: unknown, example: string): string =>
  typeof value === "string" && typeof numberIn(value) === "number"
    ? "Remove the quotes."
    : `Write a plain number such as ${example}, or remove it for the default.`;

/** The given properties without those that are undefined: an optional property is absent, not undefined. */
export const withoutUndefined = <T extends object>(properties: T): Defined<T> =>
  // The cast says what the filter does, which no signature of Object.fromEntries can.
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Defined<T>;

type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
type Defined<T> = Omit<T, Optional<T>> & { [K in Optional<T>]?: Exclude<T[K], undefined> };
