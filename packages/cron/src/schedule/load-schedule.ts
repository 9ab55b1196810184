/** Makes the entries in Redis those of a schedule, as `load_from_hash!` of sidekiq-cron does. */
import { ConfigError } from "@tsq/core";
import type { Place } from "@tsq/core/config";
import { isRecord } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { deleteEntry } from "../entry/change.ts";
import { readDefinition } from "../entry/definition.ts";
import type { Definition } from "../entry/definition.ts";
import type { EntrySource } from "../entry/fields.ts";
import { carryOver, removeSecond } from "../entry/move-to-first.ts";
import { saveEntry } from "../entry/save.ts";
import type { SaveOptions } from "../entry/save.ts";
import type { LoadBook } from "../entry/load-book.ts";
import { layoutOf } from "../entry/layout.ts";
import type { Layout } from "../entry/layout.ts";
import { readEntryKeys } from "../entry/sets.ts";
import type { EntryKey } from "../entry/sets.ts";
import { hasRuby } from "../poll/ruby-signs.ts";

/** What loading a schedule has done. */
export interface LoadedSchedule {
  /** The names of the entries that are in Redis now as the schedule has them. */
  readonly loaded: readonly string[];
  /** The names of those among them that an earlier load with `removeOthers` had made so already, and nobody has changed. */
  readonly unchanged: readonly string[];
  /** The names of those that an earlier schedule had, and this one has not. */
  readonly removed: readonly string[];
  /** The names of those that a schedule had, and that stay all the same: beside Ruby, what tsq has not written last. */
  readonly left: readonly string[];
  /** Those that could not be read, each with what is wrong with it. All others are loaded. */
  readonly refused: readonly { readonly name: string; readonly error: Error }[];
}

/** A schedule: options by the names of the entries, or a list of options with a `name`. */
export type Schedule = Readonly<Record<string, unknown>> | readonly unknown[];

/** One entry of a schedule that nobody has checked. */
export interface Written {
  readonly name: string;
  readonly options: unknown;
}

/** @throws ConfigError when it is neither entries by their names nor a list of them */
export const writtenEntries = (schedule: unknown, where = ""): readonly Written[] => {
  if (Array.isArray(schedule)) {
    return schedule.map((options: unknown, i) => ({
      name: isRecord(options) && typeof options["name"] === "string" ? options["name"] : `${i + 1}`,
      options,
    }));
  }
  if (isRecord(schedule)) return Object.entries(schedule).map(([name, options]) => ({ name, options }));
  throw new ConfigError(
    `${where}Expected a schedule to be entries by their names, or a list of entries with a \`name\`, got ${typeof schedule}. Write \`nightly: { cron: "0 2 * * *", class: NightlyJob }\`.`,
  );
};

/** What could be read, and what is wrong with the rest. */
export const readSchedule = (
  schedule: unknown,
  source: EntrySource,
  placeOf: (name: string) => Omit<Place, "name"> = () => ({ where: "" }),
): { readonly definitions: readonly Definition[]; readonly refused: LoadedSchedule["refused"] } => {
  const definitions: Definition[] = [];
  const refused: { name: string; error: Error }[] = [];
  for (const { name, options } of writtenEntries(schedule)) {
    try {
      definitions.push(readDefinition(name, options, source, placeOf(name)));
    } catch (error) {
      refused.push({ name, error: named(error as Error, name, placeOf(name).where) });
    }
  }
  return { definitions, refused };
};

/** What is wrong with an expression says nothing of where it stands. */
const named = (error: Error, name: string, where: string): Error => {
  if (error.message.includes(`\`${name}\``)) return error;
  return new ConfigError(`${where}In the cron entry \`${name}\`: ${error.message}`, { cause: error });
};

/**
 * Writes all of them. One whose keys are of another type keeps none of the others from being written.
 *
 * @returns what is written, and what is in the way of the rest
 * @throws what else Redis refuses, and only when all that can be written is
 */
export const storeDefinitions = async (
  definitions: readonly Definition[],
  options: SaveOptions,
): Promise<{
  readonly stored: readonly Definition[];
  readonly moved: readonly string[];
  readonly refused: LoadedSchedule["refused"];
}> => {
  const results = await Promise.allSettled(
    definitions.map((definition) => storeDefinition(definition, options)),
  );
  const stored: Definition[] = [];
  const moved: string[] = [];
  const refused: { name: string; error: Error }[] = [];
  let failure: PromiseRejectedResult | undefined;
  for (const [i, definition] of definitions.entries()) {
    const result = results[i];
    if (result?.status === "fulfilled") {
      stored.push(definition);
      if (result.value) moved.push(definition.name);
    } else if (result?.reason instanceof ConfigError)
      refused.push({ name: definition.name, error: result.reason });
    else failure ??= result;
  }
  if (failure) throw failure.reason;
  return { stored, moved, refused };
};

/**
 * Resolves to whether it was in the keys of 2.x, and is in those of 1.x now.
 *
 * @throws ConfigError when a key of another type is in its way, and what Redis refuses
 */
export const storeDefinition = async (definition: Definition, options: SaveOptions): Promise<boolean> => {
  const { redis, layout } = options;
  try {
    const isSecond = await carryOver(redis, layout, definition);
    await saveEntry(definition, options);
    if (isSecond) await removeSecond(redis, layout, definition);
    return isSecond;
  } catch (error) {
    if (!isWrongType(error)) throw error;
    throw new ConfigError(
      `Expected the keys of the cron entry \`${definition.name}\` to be those of an entry, but Redis says: ${error.message}. ` +
        "Delete or rename the key that is in the way, and load the entry again.",
      { cause: error },
    );
  }
};

const isWrongType = (error: unknown): error is Error =>
  error instanceof Error && error.message.startsWith("WRONGTYPE");

/** The names of those that are in Redis already, as this schedule wants them. */
export const unchangedAmong = async (
  definitions: readonly Definition[],
  { redis, layout, book }: { readonly redis: Redis; readonly layout: Layout; readonly book: LoadBook },
): Promise<readonly string[]> => {
  const names: string[] = [];
  for (const { name, namespace = layout.namespace, status, policy, entry } of definitions) {
    const key = layoutOf(layout.version, namespace).entryKey(name);
    const isSame = await book.isUnchanged(key, { status, policy, entry }).catch((error: unknown) => {
      // Of what is in the way of an entry the write says more.
      if (isWrongType(error)) return false;
      throw error;
    });
    if (!isSame) continue;
    if (status === undefined || (await redis.hget(key, "status")) === status) names.push(name);
  }
  return names;
};

/** Entries by what a later schedule makes of them. */
export interface FormerEntries {
  /** Removed: an earlier schedule had made them in the keys of this one. */
  readonly removed: readonly string[];
  /** Left beside Ruby: its schedule has made them, or somebody has written them since tsq did. */
  readonly left: readonly string[];
  /** Left: a schedule has made them in the keys of the other layout, and it may be Ruby's. */
  readonly elsewhere: readonly string[];
}

/** A schedule as far as it could be read. */
export interface ReadEntries {
  readonly definitions: readonly Definition[];
  readonly refused: LoadedSchedule["refused"];
}

/** The namespaces that it writes to in 2.x, and those to which an earlier one of its program did. */
const namespacesOf = ({ namespace }: Layout, { definitions }: ReadEntries, book: LoadBook): string[] => [
  ...new Set([namespace, ...definitions.map((one) => one.namespace ?? namespace), ...book.namespaces]),
];

/** Whether it has an entry: in another namespace one of the same name is another one. */
const hasEntry = (layout: Layout, { definitions, refused }: ReadEntries): ((entry: EntryKey) => boolean) => {
  const names = new Set([...definitions, ...refused].map(({ name }) => name));
  // Of a misspelled entry nobody knows the namespace: it keeps what the file said of it before.
  const misspelled = new Set(refused.map(({ name }) => name));
  const keys = new Set(
    definitions.map(({ name, namespace = layout.namespace }) =>
      layoutOf(layout.version, namespace).entryKey(name),
    ),
  );
  return ({ version, key, name }) =>
    version === layout.version ? keys.has(key) || misspelled.has(name) : names.has(name);
};

export interface RemoveOptions {
  readonly redis: Redis;
  readonly layout: Layout;
  readonly book: LoadBook;
  /** Says what it would do, and does nothing. */
  readonly isPreview?: boolean;
  /** By their names all that may be removed, where somebody was asked. */
  readonly most?: readonly string[] | undefined;
}

/**
 * Removes the entries that a schedule has made, and that this one has not: neither among what was loaded nor among what was
 * refused. What others have made stays, and so does what is in keys that this schedule does not write. Beside Ruby an entry
 * is removed only while it is as tsq has written it: else it is one of Ruby's file, or has become one.
 */
export const removeOthers = async (
  schedule: ReadEntries,
  { redis, layout, book, isPreview = false, most }: RemoveOptions,
): Promise<FormerEntries> => {
  const isKept = hasEntry(layout, schedule);
  const found = await readEntryKeys(redis, namespacesOf(layout, schedule, book));
  const sources = await Promise.all(found.map(({ key }) => sourceOf(redis, key)));
  const former = found.filter((entry, i) => sources[i] === "schedule" && !isKept(entry));
  const asWritten = new Set<EntryKey>();
  for (const entry of former) if (await book.isAsWritten(entry.key)) asWritten.add(entry);
  const isHere = ({ version, key }: EntryKey): boolean => version === layout.version && !book.isOthers(key);
  const isAlone = !(await hasRuby(redis));
  const removed = former.filter(
    (entry) => (asWritten.has(entry) || (isAlone && isHere(entry))) && (most?.includes(entry.name) ?? true),
  );
  const stays = former.filter((entry) => !removed.includes(entry));
  if (!isPreview) {
    await Promise.all(removed.map((entry) => deleteEntry(redis, entry)));
    await book.removed(removed);
  }
  return {
    removed: removed.map(({ name }) => name),
    left: stays.filter(isHere).map(({ name }) => name),
    elsewhere: stays.filter(({ version }) => version !== layout.version).map(({ name }) => name),
  };
};

const sourceOf = (redis: Redis, key: string): Promise<string | null> =>
  redis.hget(key, "source").catch((error: unknown) => {
    // What is no hash is no entry of a schedule.
    if (isWrongType(error)) return null;
    throw error;
  });
