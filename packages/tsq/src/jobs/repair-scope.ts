/** Which jobs somebody means: by jid, by the words of a filter, or all of a list; and in which lists. */
import { ConfigError } from "@tsq/core";
import { Filter } from "@tsq/core/api";
import { deedsAt } from "@tsq/core/config";
import type { JobDeed } from "@tsq/core/config";
import type { JobPlace, JobRecord } from "@tsq/core/api";

/** The flags that say it. */
export interface ScopeFlags {
  readonly where?: string;
  readonly all?: boolean;
  readonly in?: readonly string[];
}

/** The lists by what they hold; a queue by its name. */
export type ListName = "running" | "retry" | "dead" | "scheduled" | "queues" | `queue:${string}`;

export interface Scope {
  /** Together they find at least what is meant: of many jids, some at a time. */
  readonly filters: readonly Filter[];
  /** Undefined where the filter says all. */
  readonly jids: ReadonlySet<string> | undefined;
  /** Whether a job that was found is meant: a filter takes no notice of capitals. */
  readonly isMeant: ((job: JobRecord) => boolean) | undefined;
  readonly lists: readonly ListName[];
}

/** What a command can be done to. */
export interface Lists {
  /** Where it looks unless `--in` says otherwise. */
  readonly usual: readonly ListName[];
  /** Where else it can be done. */
  readonly others?: readonly ListName[];
}

const PLACES = ["running", "retry", "scheduled", "dead", "queue"] as const;

/** Those whose jobs something can be done to. */
export const listsFor = (deed: JobDeed): readonly ListName[] =>
  PLACES.filter((place) => deedsAt(place, [deed]).length > 0).map((place) =>
    place === "queue" ? "queues" : place,
  );

/** A filter takes fifty words. */
const JIDS_AT_ONCE = 50;

/** @throws ConfigError when it is none, or more than one; FilterError when a word of the query is not understood */
export const scopeOf = (
  verb: string,
  jids: readonly string[],
  { where, all = false, in: named = [] }: ScopeFlags,
  lists: Lists,
): Scope => {
  const given = [jids.length > 0, where !== undefined, all].filter(Boolean).length;
  if (given !== 1) {
    const what = given === 0 ? "none of them" : "more than one";
    throw new ConfigError(
      `Expected jids, --where QUERY or --all, got ${what}. Write tsq ${verb} JID, or tsq ${verb} --where class:HardJob.`,
    );
  }
  if (all && named.length === 0) {
    throw new ConfigError(
      `Expected --all to come with --in, which says of which list. Write tsq ${verb} --all --in ${lists.usual[0] ?? "retry"}.`,
    );
  }
  const where_ = named.length > 0 ? listNames(verb, named, lists) : lists.usual;
  if (jids.length > 0) {
    const wanted = new Set(jids);
    const filters: Filter[] = [];
    // Of the set: a jid that is named twice would be found by two filters, and counted twice.
    const each = [...wanted];
    for (let from = 0; from < each.length; from += JIDS_AT_ONCE) {
      const some = each.slice(from, from + JIDS_AT_ONCE);
      filters.push(Filter.of(some.map((value) => ({ kind: "jid", value }))));
    }
    const isMeant = ({ jid }: JobRecord): boolean => jid !== undefined && wanted.has(jid);
    return { filters, jids: wanted, isMeant, lists: where_ };
  }
  const filter = Filter.parse(where ?? "");
  if (filter.isEmpty && !all) {
    // Of a script whose variable is empty.
    throw new ConfigError(
      "Expected the words of a query behind --where, got none. To mean all of a list write --all --in LIST.",
    );
  }
  return { filters: [filter], jids: undefined, isMeant: undefined, lists: where_ };
};

/**
 * What a list is asked for, one question after the other. A queue once: what came later is known there by jobs beside which it lies,
 * and the work of one question would take away those that the next one goes by.
 */
export const questionsOf = (
  { filters, jids }: Scope,
  isQueue: boolean,
): readonly { readonly filter: Filter; readonly ids?: readonly string[] }[] =>
  isQueue && jids && filters.length > 1
    ? [{ filter: Filter.parse(""), ids: [...jids] }]
    : filters.map((filter) => ({ filter }));

/** Whether one of the lists is where it is. */
export const isIn = (at: JobPlace, lists: readonly ListName[]): boolean =>
  at.place === "queue"
    ? lists.includes("queues") || lists.includes(`queue:${at.job.queue}`)
    : lists.includes(at.place);

/** All of one list. */
export const allOf = (list: ListName, filter: string): Scope => ({
  filters: [Filter.parse(filter)],
  jids: undefined,
  isMeant: undefined,
  lists: [list],
});

/**
 * Each once: who names all queues means each of them by that, and its jobs are not found twice.
 *
 * @throws ConfigError when one is none of them
 */
export const listNames = (verb: string, named: readonly string[], lists: Lists): readonly ListName[] => {
  const names = new Set(named.map((name) => listName(verb, name, lists)));
  return names.has("queues") ? [...names].filter((name) => !name.startsWith("queue:")) : [...names];
};

const listName = (verb: string, name: string, { usual, others = [] }: Lists): ListName => {
  const possible = [...usual, ...others];
  const found = possible.find((one) => one === name);
  if (found) return found;
  if (name.startsWith("queue:") && name !== "queue:" && possible.includes("queues")) return name as ListName;
  const written = possible.flatMap((one) => (one === "queues" ? ["queues", "queue:NAME"] : [one]));
  throw new ConfigError(
    `Expected --in of tsq ${verb} to be one of ${written.join(", ")}, got \`${name}\`. Write --in ${written[0] ?? ""}.`,
  );
};
