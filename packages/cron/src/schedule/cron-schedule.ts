/** The cron schedule as a program sees it: what there is, what was missed, and the doors to change it. */
import type { Registry } from "@tsq/core";
import { ApiConnection } from "@tsq/core/api";
import type { ApiOptions } from "@tsq/core/api";
import { ConfigError, readOptions } from "@tsq/core/config";
import { readDefinition } from "../entry/definition.ts";
import type { CronOptions } from "../entry/definition.ts";
import { findLayout } from "../entry/layout.ts";
import type { Layout, LayoutOption } from "../entry/layout.ts";
import { readEntryKeys } from "../entry/sets.ts";
import { CRON_OPTIONS } from "../cron-options.ts";
import { reasonOf } from "../poll/missed.ts";
import type { MissedReason } from "../poll/missed.ts";
import { LoadBook } from "../entry/load-book.ts";
import { findNamespaces } from "../entry/namespaces.ts";
import type { NamespacesOption } from "../entry/namespaces.ts";
import { DEFAULT_NAMESPACE, entryPlace, instantIn, MISSED, POLICIES, RUNS } from "../redis/keys.ts";
import { CronEntry } from "./cron-entry.ts";
import {
  readSchedule,
  removeOthers,
  storeDefinition,
  storeDefinitions,
  unchangedAmong,
} from "./load-schedule.ts";
import type { LoadedSchedule, Schedule } from "./load-schedule.ts";
import type { ScheduleFile } from "./schedule-file.ts";

/** Where the schedule is, and in whose keys new entries go. */
export interface CronScheduleOptions extends ApiOptions {
  /**
   * The namespaces of sidekiq-cron 2.x; the first is where new entries go. `"auto"` is all that there are, and new entries
   * go to `default`: to find them Redis looks at all its keys.
   *
   * @default "auto"
   */
  namespaces?: NamespacesOption | undefined;
  /** The version of sidekiq-cron in whose keys new entries are written; those of both are read. @default "auto" */
  layout?: LayoutOption | undefined;
}

/** How a schedule is loaded. */
export interface LoadOptions {
  /** Whether entries of an earlier schedule that this one has not are removed. Those of others stay. @default false */
  removeOthers?: boolean | undefined;
  /** Whether nothing is written, and it is only said what would be. @default false */
  preview?: boolean | undefined;
}

/** An instant that no process has fired. */
export interface MissedRecord {
  /** The name of the entry. */
  readonly entry: string;
  /** That of sidekiq-cron 2.x; empty in 1.x, which has none. */
  readonly namespace: string;
  /** The key of the entry. */
  readonly key: string;
  /** When it should have fired. */
  readonly at: Date;
  /** `nobody` was there, `redis` was away or refused it, the process that had taken it `died` before it pushed, or it was `left` to Ruby, which has not fired it. */
  readonly reason: MissedReason;
}

/**
 * The cron schedule in Redis, that of Ruby and of tsq.
 *
 * @example
 * await using schedule = new CronSchedule({ redis: "redis://localhost:6379/0" });
 * for (const entry of await schedule.entries()) console.log(entry.name, entry.next());
 */
export class CronSchedule implements AsyncDisposable {
  readonly #api: ApiConnection;
  readonly #namespaces: NamespacesOption;
  readonly #layout: LayoutOption;

  /** @throws ConfigError when an option is unknown, or not what it should be */
  constructor({ namespaces, layout, ...options }: CronScheduleOptions = {}) {
    const rows = { namespaces: CRON_OPTIONS.namespaces, layout: CRON_OPTIONS.layout };
    const own = readOptions("a CronSchedule", rows, { namespaces, layout });
    this.#namespaces = own.namespaces ?? "auto";
    this.#layout = own.layout ?? "auto";
    this.#api = new ApiConnection(options);
  }

  /** All entries of the namespaces, by name, and those of sidekiq-cron 1.x. */
  async entries(): Promise<CronEntry[]> {
    return this.#entriesOf(await this.#all());
  }

  async #entriesOf(namespaces: readonly string[]): Promise<CronEntry[]> {
    const { redis } = this.#api;
    const found = await readEntryKeys(redis, namespaces);
    if (found.length === 0) return [];
    const keys = found.map(({ key }) => key);
    const pipeline = redis
      .pipeline()
      .hmget(POLICIES, ...keys)
      .hmget(RUNS, ...keys);
    for (const key of keys) pipeline.hgetall(key);
    const replies = (await pipeline.exec()) ?? [];
    const failed = replies.find(([error]) => error && !error.message.startsWith("WRONGTYPE"))?.[0];
    if (failed) throw failed;
    const [policies, runs, ...hashes] = replies.map(([, reply]) => reply) as [
      (string | null)[],
      (string | null)[],
      ...Record<string, string>[],
    ];
    return found
      .flatMap((at, i) => {
        const hash = hashes[i];
        // A member of the set whose hash is gone, or is none.
        if (!hash || Object.keys(hash).length === 0) return [];
        const read = { at, hash, policy: policies[i] ?? undefined, run: runs[i] ?? undefined };
        return [new CronEntry(this.#api, read)];
      })
      .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** The entry of this name: of two namespaces, that of the first. */
  async find(name: string): Promise<CronEntry | undefined> {
    return (await this.entries()).find((entry) => entry.name === name);
  }

  /**
   * Makes an entry, or makes the one of that name so. When it last fired stays, and so does its status unless this says it.
   *
   * @throws ConfigError naming what is wrong, CronError for an expression that is none
   */
  async set(name: string, options: CronOptions): Promise<CronEntry> {
    const definition = readDefinition(name, options, "dynamic");
    const store = await this.#store();
    await storeDefinition(definition, store);
    // Where it was written, whichever namespaces are looked at.
    const namespace = options.namespace ?? store.layout.namespace;
    const entry = (await this.#entriesOf([namespace])).find(
      (one) => one.name === name && (one.namespace === "") === (store.layout.version === 1),
    );
    if (entry) return entry;
    throw new ConfigError(
      `Expected the cron entry \`${name}\` to be there, but it was deleted at the same moment.`,
    );
  }

  /**
   * Makes the entries of a schedule. One that is wrong is left out and keeps none of the others from being loaded.
   *
   * @throws ConfigError when it is neither entries by their names nor a list of them
   */
  async load(schedule: Schedule, options: LoadOptions = {}): Promise<LoadedSchedule> {
    return this.loadFile({ schedule, placeOf: () => ({ where: "" }) }, options);
  }

  /**
   * As `load`, with the place of each entry for what is wrong with it.
   *
   * @param options.mostRemoved by their names all that may be removed; the others are among `left`
   * @internal
   */
  async loadFile(
    { schedule, placeOf }: ScheduleFile,
    {
      removeOthers: isWhole = false,
      preview = false,
      mostRemoved: most,
    }: LoadOptions & { readonly mostRemoved?: readonly string[] } = {},
  ): Promise<LoadedSchedule> {
    const read = readSchedule(schedule, isWhole ? "schedule" : "dynamic", placeOf);
    const store = await this.#store();
    const { redis, layout, nowMs } = store;
    const book = isWhole ? await LoadBook.read({ redis, nowMs, by: "", of: layout.namespace }) : undefined;
    const same = new Set(book ? await unchangedAmong(read.definitions, { redis, layout, book }) : []);
    const done = preview
      ? { stored: read.definitions, refused: [] }
      : await storeDefinitions(read.definitions, { ...store, book });
    const refused = [...read.refused, ...done.refused];
    const { removed, left } = book
      ? await removeOthers(read, { redis, layout, book, isPreview: preview, most })
      : { removed: [], left: [] };
    const loaded = done.stored.map(({ name }) => name);
    return { loaded, unchanged: loaded.filter((name) => same.has(name)), removed, left, refused };
  }

  /** The instants that no process has fired, the newest first: the last thousand of a month. */
  async missed(): Promise<MissedRecord[]> {
    // A connection of somebody's own may answer in pairs.
    const flat: readonly string[] = (await this.#api.redis.zrange(MISSED, "0", "-1", "WITHSCORES")).flat();
    const namespaces = await this.#all();
    const found: MissedRecord[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      const { key, tick } = instantIn(flat[i] ?? "");
      const at = new Date(tick);
      if (!Number.isNaN(at.getTime())) found.unshift(recordOf(key, at, Number(flat[i + 1]), namespaces));
    }
    return found;
  }

  /** Ends the connection; the next command opens it again. */
  close(): Promise<void> {
    return this.#api.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #store(): Promise<{
    redis: ApiConnection["redis"];
    layout: Layout;
    registry: Pick<Registry, "find"> | undefined;
    nowMs: number;
  }> {
    const { redis } = this.#api;
    const home = this.#namespaces === "auto" ? DEFAULT_NAMESPACE : this.#namespaces[0];
    const layout = await findLayout(redis, home ?? DEFAULT_NAMESPACE, this.#layout);
    return { redis, layout, registry: undefined, nowMs: Date.now() };
  }

  async #all(): Promise<readonly string[]> {
    return this.#namespaces === "auto" ? (await findNamespaces(this.#api.redis)).names : this.#namespaces;
  }
}

const recordOf = (key: string, at: Date, score: number, namespaces: readonly string[]): MissedRecord => {
  const { name, namespace } = entryPlace(key, namespaces);
  return { entry: name, namespace, key, at, reason: reasonOf(score) };
};

/**
 * Loads a schedule as sidekiq-cron's `load_from_hash` does: options by the names of the entries, or a list of options with a
 * `name`. With `removeOthers` it is `load_from_hash!`.
 *
 * @example
 * await loadFromHash({ nightly: { cron: "0 2 * * *", class: "NightlyJob" } }, { removeOthers: true });
 *
 * @returns what was loaded and removed, and what is wrong with the rest
 * @throws ConfigError when it is no schedule, or an option is wrong
 */
export const loadFromHash = async (
  schedule: Schedule,
  { removeOthers: isWhole, preview, ...options }: CronScheduleOptions & LoadOptions = {},
): Promise<LoadedSchedule> => {
  await using entries = new CronSchedule(options);
  return await entries.load(schedule, { removeOthers: isWhole, preview });
};
