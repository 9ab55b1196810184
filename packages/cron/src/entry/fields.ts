/** The hash of an entry: what its fields mean, and how they are written (WIRE §12.2). All are text, and nothing is "". */
import { dumpJson, isRecord, numberIn, parseJson } from "@tsq/core/protocol";
import type { JobOptions, JsonValue, RawPayload } from "@tsq/core";
import type { Layout } from "./layout.ts";
import { readRubyTime } from "./times.ts";

/** Levels of lists and mappings that Ruby's parser reads. */
const DEEPEST = 100;

/** Who has made an entry: a schedule file, which may remove it again, or anybody else. */
export type EntrySource = "schedule" | "dynamic";
/** Whether an entry fires. */
export type EntryStatus = "enabled" | "disabled";

/** What the hash of an entry says. */
export interface EntryFields {
  readonly name: string;
  /** Empty in sidekiq-cron 1.x. */
  readonly namespace: string;
  readonly class: string;
  readonly cron: string;
  readonly description: string;
  readonly source: EntrySource;
  readonly args: readonly JsonValue[];
  readonly queue: string;
  readonly retry: boolean | number | undefined;
  readonly status: EntryStatus;
  readonly isActiveJob: boolean;
  readonly hasSymbolKeys: boolean;
  readonly hasDateArgument: boolean;
  readonly queuePrefix: string;
  readonly queueDelimiter: string;
  /** The payload that a process pushes which does not know the class. */
  readonly message: RawPayload;
  /** When it last fired, in milliseconds since 1970. */
  readonly lastEnqueuedMs: number | undefined;
}

/** What Redis has, each field by its name. */
export type EntryHash = Readonly<Record<string, string>>;

const YES = /^(?:true|t|yes|y|1)$/i;
/** Whether a field of the hash is one that Ruby takes for yes. */
export const isYes = (text: string): boolean => YES.test(text);

export const readFields = (hash: EntryHash): EntryFields => {
  const text = (name: string): string => hash[name] ?? "";
  const message = messageOf(text("message"));
  const queue = message["queue"];
  return {
    name: text("name"),
    namespace: text("namespace"),
    class: text("klass"),
    cron: text("cron"),
    description: text("description"),
    source: text("source") === "schedule" ? "schedule" : "dynamic",
    args: argsIn(text("args")),
    queue: typeof queue === "string" && queue !== "" ? queue : "default",
    retry: retryIn(text("retry")) ?? retryOf(message["retry"]),
    // As Ruby asks: anything but this word does not fire.
    status: text("status") === "enabled" ? "enabled" : "disabled",
    isActiveJob: isYes(text("active_job")),
    hasSymbolKeys: isYes(text("symbolize_args")),
    hasDateArgument: isYes(text("date_as_argument")),
    queuePrefix: text("queue_name_prefix"),
    queueDelimiter: text("queue_name_delimiter"),
    message,
    lastEnqueuedMs: readRubyTime(text("last_enqueue_time")),
  };
};

/** Its payload; of what is none, nothing: the class and the arguments stand in fields of their own. */
const messageOf = (text: string): RawPayload => {
  const value = parsed(text);
  return isRecord(value) ? value : {};
};

/**
 * The arguments, from whatever a schedule has: a list as it is, a hash as one argument, and so with anything else. A text
 * that is JSON of a list or a hash counts as that, as in Ruby.
 */
export const argsOf = (value: unknown): readonly JsonValue[] => {
  if (value === undefined || value === null) return [];
  const read = typeof value === "string" ? (jsonOf(value) ?? value) : value;
  // What JSON or YAML has made of a text.
  return (Array.isArray(read) ? read : [read]) as readonly JsonValue[];
};

const jsonOf = (text: string): unknown => {
  const value = parsed(text);
  return typeof value === "object" ? (value ?? undefined) : undefined;
};

const argsIn = (text: string): readonly JsonValue[] => (text === "" ? [] : argsOf(text));

const parsed = (text: string): unknown => {
  try {
    const value = parseJson(text);
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
};

/** Ruby's parser refuses it, and then takes the text of arguments for one argument. Nobody could write it again. */
const isTooDeep = (value: unknown): boolean => {
  let level = [value];
  for (let depth = 0; ; depth++) {
    const holders = level.filter((one) => typeof one === "object" && one !== null);
    if (holders.length === 0) return false;
    if (depth === DEEPEST) return true;
    level = holders.flatMap((one) => Object.values(one));
  }
};

const retryIn = (text: string): boolean | number | undefined =>
  text === "true" || text === "false" ? text === "true" : retryOf(numberIn(text));

const retryOf = (value: unknown): boolean | number | undefined =>
  typeof value === "boolean" || (typeof value === "number" && Number.isInteger(value)) ? value : undefined;

/** What is written of an entry; its status and when it last fired are not, unless somebody says so. */
export interface WrittenEntry extends Omit<
  EntryFields,
  "namespace" | "status" | "message" | "lastEnqueuedMs"
> {
  /** Options of the class, where this process knows it: they travel in the message. */
  readonly classOptions: JobOptions | undefined;
}

/** Names and values in turn, in the order in which sidekiq-cron writes them. */
export const writeFields = (entry: WrittenEntry, { version, namespace }: Layout): readonly string[] => {
  const { classOptions, queue, retry, args } = entry;
  const message = {
    ...(classOptions && { retry: true }),
    ...classOptions,
    ...(retry === undefined ? {} : { retry }),
    queue,
    class: entry.class,
    args,
  };
  const fields: Readonly<Record<string, string | undefined>> = {
    name: entry.name,
    namespace: version === 2 ? namespace : undefined,
    klass: entry.class,
    cron: entry.cron,
    description: entry.description,
    source: entry.source,
    args: dumpJson(args),
    // Up to 1.12 some take any text for yes, `0` too: there it is only written when it is so.
    date_as_argument: version === 2 || entry.hasDateArgument ? flag(entry.hasDateArgument) : undefined,
    message: dumpJson(message),
    active_job: flag(entry.isActiveJob),
    queue_name_prefix: entry.queuePrefix,
    queue_name_delimiter: entry.queueDelimiter,
    retry: version === 2 ? String((message as JobOptions).retry ?? "") : undefined,
    symbolize_args: flag(entry.hasSymbolKeys),
  };
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
};

/** The field to remove, where what is not written must not stay. */
export const droppedField = (entry: WrittenEntry, { version }: Layout): string =>
  version === 1 && !entry.hasDateArgument ? "date_as_argument" : "";

const flag = (is: boolean): string => (is ? "1" : "0");
