/** The way from a dashboard to the cron schedule of its Redis. */
import type { ApiConnection } from "@tsq/core/api";
import type { Subject, TabVisit } from "@tsq/web";
import type { CronEntry, CronSchedule, MissedRecord } from "@tsq/cron";
import { VERBS } from "./cron-verbs.ts";
import type { Verb } from "./cron-verbs.ts";
import { KnownSchedule, scheduleOf } from "./known-schedule.ts";

/** Reads the schedule of a dashboard. It opens no connection of its own. */
export class ScheduleDoor {
  readonly #known = new WeakMap<ApiConnection, KnownSchedule>();

  /** Those that whoever looks may look at, by name. */
  async seen(visit: TabVisit, namespace?: string): Promise<readonly CronEntry[]> {
    const entries = await this.entries(visit.api);
    const own = namespace === undefined ? entries : entries.filter((entry) => entry.namespace === namespace);
    return visit.seen(own, subjectOf);
  }

  /** All entries, by name. */
  async entries(api: ApiConnection): Promise<readonly CronEntry[]> {
    return (await this.#scheduleOf(api)).entries();
  }

  /** The entry of a path, if it may be looked at: of a namespace, or the first of that name. */
  async find(visit: TabVisit): Promise<CronEntry | undefined> {
    const { api, params } = visit;
    const { name = "", namespace } = params;
    const entries = await (namespace ? entriesOf(api, namespace) : this.entries(api));
    const named = await visit.seen(
      entries.filter((entry) => entry.name === name),
      subjectOf,
    );
    // A schedule of one namespace has those of sidekiq-cron 1.x as well.
    return namespace ? named.find((entry) => entry.namespace === namespace) : named[0];
  }

  /** The instants that nobody has fired, the newest first. */
  async missed(api: ApiConnection): Promise<readonly MissedRecord[]> {
    return (await this.#scheduleOf(api)).missed();
  }

  #scheduleOf(api: ApiConnection): Promise<CronSchedule> {
    const known = this.#known.get(api) ?? new KnownSchedule(api);
    this.#known.set(api, known);
    return known.now();
  }
}

/** What an entry pushes, as `authorize` is told. */
export const subjectOf = ({ name, class: of, queue }: CronEntry): Subject => ({
  name,
  ...(of && { class: of }),
  ...(queue && { queue }),
});

/** What whoever looks may do to an entry, as `authorize` says of that very one. */
export type Allowed = (verb: Verb, entry: CronEntry) => boolean;

/** Of all that a page shows, asked at once. */
export const allowedTo = async (visit: TabVisit, entries: readonly CronEntry[]): Promise<Allowed> => {
  const sets = await Promise.all(
    VERBS.map(async (verb) => [verb, new Set(await visit.allowed(verb, entries, subjectOf))] as const),
  );
  const may = new Map(sets);
  return (verb, entry) => may.get(verb)?.has(entry) === true;
};

const entriesOf = async (api: ApiConnection, namespace: string): Promise<readonly CronEntry[]> =>
  (await scheduleOf(api, [namespace])).entries();
