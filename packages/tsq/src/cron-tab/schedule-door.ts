/** The way from a dashboard to the cron schedule of its Redis. */
import type { ApiConnection } from "@tsq/core/api";
import type { Subject, TabVisit } from "@tsq/web";
import type { CronEntry, CronSchedule, MissedRecord } from "@tsq/cron";
import { VERBS } from "./cron-verbs.ts";
import type { Verb } from "./cron-verbs.ts";

/** Which namespaces there are only a look at all keys says: it is asked for no more often, whoever looks at the page. */
const NAMESPACES_FRESH_MS = 60_000;

interface Door {
  readonly api: ApiConnection;
  readonly schedule: CronSchedule;
  readonly untilMs: number;
}

/** Reads the schedule of a dashboard. It opens no connection of its own. */
export class ScheduleDoor {
  #door: Door | undefined;

  /** Those that whoever looks may look at, by name. */
  async seen(visit: TabVisit, namespace?: string): Promise<readonly CronEntry[]> {
    const entries = await this.entries(visit.api);
    const own = namespace === undefined ? entries : entries.filter((entry) => entry.namespace === namespace);
    return visit.seen(own, subjectOf);
  }

  /** All entries, by name. */
  async entries(api: ApiConnection): Promise<readonly CronEntry[]> {
    const known = this.#known(api);
    if (known) return known.entries();
    const entries = await (await scheduleOf(api)).entries();
    const namespaces = [...new Set(["default", ...entries.map(({ namespace }) => namespace)])];
    const schedule = await scheduleOf(
      api,
      namespaces.filter((name) => name !== ""),
    );
    this.#door = { api, schedule, untilMs: performance.now() + NAMESPACES_FRESH_MS };
    return entries;
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
    return (this.#known(api) ?? (await scheduleOf(api))).missed();
  }

  #known(api: ApiConnection): CronSchedule | undefined {
    const door = this.#door;
    return door?.api === api && performance.now() < door.untilMs ? door.schedule : undefined;
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

const scheduleOf = async (api: ApiConnection, namespaces?: readonly string[]): Promise<CronSchedule> => {
  // Not before a page wants it: it would take as long to load as the dashboard itself.
  const { CronSchedule } = await import("@tsq/cron");
  return new CronSchedule({
    redis: api.redis,
    middleware: api.middleware,
    ...(namespaces && { namespaces }),
  });
};
