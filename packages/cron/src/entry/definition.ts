/** An entry as a schedule file or code gives it, and the check of it. */
import {
  ConfigError,
  boolean,
  integer,
  notAsExpected,
  oneOf,
  readOptions,
  seconds,
  text,
} from "@tsq/core/config";
import type { Kind, Place, Schema } from "@tsq/core/config";
import { isRecord, unknownName } from "@tsq/core/protocol";
import type { NamedJob } from "@tsq/core";
import { parseCron } from "../expression/cron-expression.ts";
import { argsOf } from "./fields.ts";
import type { EntrySource, EntryStatus, WrittenEntry } from "./fields.ts";
import type { CatchUp, Overlap, Policy } from "./policy.ts";

/** What an entry of a schedule takes, with the names of sidekiq-cron. What it does not know is tsq's own. */
export interface CronOptions {
  /** When it fires: five fields, six with seconds, `@daily`, or words as `every 5 minutes`; a zone may follow. */
  cron: string;
  /** The class that is pushed: its name, or the job itself. */
  class?: string | NamedJob | undefined;
  /** As `class`. */
  klass?: string | undefined;
  /** Its arguments: a list, or one argument that is none; a text that is JSON of a list counts as that. @default [] */
  args?: unknown;
  /** @default the queue of the class, where this process knows it, else `default` */
  queue?: string | undefined;
  /** As `retry` of a job. @default that of the class */
  retry?: boolean | number | undefined;
  /** For people. */
  description?: string | undefined;
  /** `disabled` does not fire. @default what it was, and `enabled` when it is new */
  status?: EntryStatus | undefined;
  /** Adds the time of the push to the arguments, in seconds since 1970. @default false */
  date_as_argument?: boolean | undefined;
  /**
   * The class is an ActiveJob. `false` says that it is none: beside Ruby tsq fires no class of which it knows neither.
   *
   * @default whether this process knows it as one
   */
  active_job?: boolean | undefined;
  /** Keys of hashes among the arguments are symbols for Ruby. @default false */
  symbolize_args?: boolean | undefined;
  /** Stands before the queue of an ActiveJob. */
  queue_name_prefix?: string | undefined;
  /** Stands between both. @default "_" */
  queue_name_delimiter?: string | undefined;
  /** Where sidekiq-cron 2.x keeps it. @default that of the schedule */
  namespace?: string | undefined;
  /** The zone of the expression, by its IANA name, where the expression names none. @default that of the process */
  tz?: string | undefined;
  /** What becomes of instants for which no process was there. @default "none" */
  catch_up?: CatchUp | undefined;
  /** So many of them fire with `all`, the newest. An integer from 1 to 1,000. @default 100 */
  catch_up_max?: number | undefined;
  /** What becomes of an instant while the run before it goes on. @default "allow" */
  overlap?: Overlap | undefined;
  /** Spreads the starts over so many seconds, from 0 to 3,600. @default 0 */
  jitter?: number | undefined;
  /** Writes down how its last run has ended. @default false, and true with `overlap` */
  outcomes?: boolean | undefined;
}

/** An entry that has been checked. */
export interface Definition {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly status: EntryStatus | undefined;
  readonly policy: Omit<Policy, "plain">;
  readonly entry: Omit<WrittenEntry, "classOptions" | "queue" | "isActiveJob"> & {
    readonly queue: string | undefined;
    readonly isActiveJob: boolean | undefined;
  };
  /** What the words of its expression say, and nobody hears: it does not fire then. */
  readonly leftOut: readonly string[];
  /** Of a job that was given itself. */
  readonly job: NamedJob | undefined;
}

const flag = (): Kind<boolean> => ({
  ...boolean(),
  // A file may have it as Redis does.
  read: (value, place) => {
    if (value === 1 || value === "1" || value === "true") return true;
    if (value === 0 || value === "0" || value === "false") return false;
    return boolean().read(value, place);
  },
});

const anything = (): Kind<unknown> => ({ takes: "anything", read: (value) => value });

/** An empty text is none. */
const words = (): Kind<string> => ({
  takes: "text",
  read: (value, place) => {
    if (typeof value === "string") return value;
    throw notAsExpected(place, "text", value, "Put it in quotes.");
  },
});

const classOrJob = (): Kind<string | NamedJob> => ({
  takes: "class name, or a job",
  read: (value, place) => {
    if (typeof value === "object" && value !== null && typeof (value as NamedJob).name === "string")
      return value as NamedJob;
    return text().read(value, place);
  },
});

const retry = (): Kind<boolean | number> => ({
  takes: "boolean, or an integer from 0",
  read: (value, place) =>
    typeof value === "boolean" ? value : integer({ from: 0, example: 5 }).read(value, place),
});

/** A row for each option of an entry. */
export const ENTRY_ROWS = {
  cron: { ...text(), tells: "when it fires", isRequired: true },
  class: { ...classOrJob(), tells: "the class that is pushed", usual: "required, or `klass`" },
  klass: { ...text(), tells: "as `class`", usual: "`class`" },
  args: { ...anything(), tells: "its arguments", usual: "`[]`" },
  queue: {
    ...text(),
    tells: "where it is pushed to",
    usual: "that of the class where this process knows it, else `default`",
  },
  retry: { ...retry(), tells: "as `retry` of a job", usual: "that of the class" },
  description: { ...words(), tells: "for people", usual: "none" },
  status: {
    ...oneOf("enabled", "disabled"),
    tells: "`disabled` does not fire",
    usual: "what it was; `enabled` when it is new",
  },
  date_as_argument: { ...flag(), tells: "adds the time of the push to the arguments", usual: "`false`" },
  active_job: {
    ...flag(),
    tells: "the class is an ActiveJob; `false` says that it is none, for tsq to fire it beside Ruby",
    usual: "whether this process knows the class as one",
  },
  symbolize_args: { ...flag(), tells: "keys of hashes are symbols for Ruby", usual: "`false`" },
  queue_name_prefix: { ...words(), tells: "stands before the queue of an ActiveJob", usual: "none" },
  queue_name_delimiter: { ...words(), tells: "stands between both", usual: '`"_"`' },
  namespace: { ...text(), tells: "where sidekiq-cron 2.x keeps it", usual: "that of the schedule" },
  tz: { ...text(), tells: "the zone of the expression", usual: "that of the process" },
  catch_up: {
    ...oneOf("none", "last", "all"),
    tells: "what becomes of instants that nobody has fired",
    fallback: "none",
  },
  catch_up_max: {
    ...integer({ from: 1, to: 1_000, example: 24 }),
    tells: "so many of them at most",
    fallback: 100,
  },
  overlap: {
    ...oneOf("allow", "skip", "queue"),
    tells: "what becomes of an instant while the run before goes on",
    fallback: "allow",
  },
  jitter: {
    ...seconds({ from: 0, to: 3_600, example: 30 }),
    tells: "spreads the starts over so many seconds",
    fallback: 0,
  },
  outcomes: { ...flag(), tells: "writes down how its last run has ended", fallback: false },
} satisfies Schema<CronOptions>;

/** What a schedule of Ruby may have beside those, and what tsq makes nothing of. */
const PASSED = ["name", "source", "message"];

/**
 * @param place where the entry stands, for refusals
 * @throws ConfigError naming the place, the entry, the key, what was expected and what came; CronError for an expression
 */
export const readDefinition = (
  name: string,
  options: unknown,
  source: EntrySource,
  place: Omit<Place, "name"> = { where: "" },
): Definition => {
  const of = `the cron entry \`${name}\``;
  if (name.trim() === "" || name.includes("\n")) {
    throw new ConfigError(
      `${place.where}Expected a cron entry to have a name of one line, got \`${name}\`. Name it.`,
    );
  }
  const known = Object.keys(ENTRY_ROWS);
  for (const key of isRecord(options) ? Object.keys(options) : []) {
    const at = place.item?.(key).where ?? place.where;
    if (!known.includes(key) && !PASSED.includes(key))
      throw new ConfigError(at + unknownName("option", of, key, known));
  }
  const given = isRecord(options) ? without(options, PASSED) : options;
  const own = readOptions(of, ENTRY_ROWS, given, { of, ...place });
  const named = own.class ?? own.klass;
  if (named === undefined) {
    throw new ConfigError(
      `${place.where}Expected \`class\` of ${of} to be the name of a class, got nothing. Write \`class: HardJob\`.`,
    );
  }
  const job = typeof named === "string" ? undefined : named;
  const { overlap } = own;
  const { cron, leftOut } = withZone(own.cron, own.tz);
  return {
    name,
    namespace: own.namespace,
    status: own.status,
    leftOut,
    job,
    policy: {
      catchUp: own.catch_up,
      catchUpMax: own.catch_up_max,
      overlap,
      jitter: own.jitter,
      outcomes: own.outcomes || overlap !== "allow",
    },
    entry: {
      name,
      class: typeof named === "string" ? named : named.name,
      cron,
      description: own.description ?? "",
      source,
      args: argsOf(own.args),
      queue: own.queue,
      retry: own.retry,
      hasDateArgument: own.date_as_argument ?? false,
      hasSymbolKeys: own.symbolize_args ?? false,
      queuePrefix: own.queue_name_prefix ?? "",
      queueDelimiter: own.queue_name_delimiter ?? "",
      isActiveJob: own.active_job,
    },
  };
};

/** In the expression, where Ruby reads it too: a field of its own Ruby would not know, and fire at another time. */
const withZone = (
  cron: string,
  tz: string | undefined,
): { readonly cron: string; readonly leftOut: readonly string[] } => {
  // With the zone, so that nobody asks for that of the process, and warns of it.
  const expression = parseCron(cron, tz === undefined ? {} : { tz });
  const { leftOut } = expression;
  if (tz === undefined || expression.namesZone) return { cron, leftOut };
  const zoned = `${cron} ${tz}`;
  parseCron(zoned);
  return { cron: zoned, leftOut };
};

const without = (
  options: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    // An empty key of a file is none.
    Object.entries(options).filter(([name, value]) => !names.includes(name) && value !== null),
  );
