/** Which part of a list somebody asks for: the words of a filter, or a text as in Sidekiq::Web. */
import { FilterError } from "@tsq/core/config";
import { Filter } from "@tsq/core/api";
import type { FilterTerm } from "@tsq/core/api";
import { withQuery } from "../html/path.ts";
import { UTC } from "../words/time-zone.ts";
import type { TimeZone } from "../words/time-zone.ts";

/** What the query of a list's page says. */
export interface ListQuery {
  /** Finds all where nothing was asked for, or what cannot be read. */
  readonly filter: Filter;
  /** What stands in the box. */
  readonly text: string;
  /** Why the text cannot be read. */
  readonly problem: string | undefined;
  /** Sidekiq::Web's own: a text anywhere in the payload. Undefined where a filter is asked for as well. */
  readonly substr: string | undefined;
}

/** The box, and the words that are on. */
export interface NarrowView {
  /** Of the list. */
  readonly path: string;
  /** What stands in the box. */
  readonly text: string;
  /** Why it cannot be read. */
  readonly problem: string | undefined;
  readonly badges: readonly {
    readonly text: string;
    /** The page without it. */
    readonly path: string;
    /** Whether it is looked for in all of the payload, as Sidekiq::Web does. */
    readonly isAnywhere?: boolean;
  }[];
}

/** Reads `q`, and `substr` as bookmarks of Sidekiq::Web have it. */
export const listQueryOf = (query: URLSearchParams, zone: TimeZone): ListQuery => {
  const text = (query.get("q") ?? "").trim();
  const substr = query.get("substr") ?? "";
  try {
    const filter = inZone(Filter.parse(text), zone);
    const isBySubstr = filter.isEmpty && substr !== "";
    return { filter, text, problem: undefined, substr: isBySubstr ? substr : undefined };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { filter: Filter.parse(""), text, problem: error.message, substr: undefined };
  }
};

/**
 * With the zone in the times that have none, which the data API would take for UTC: the links of the page mean the same
 * for everybody.
 */
const inZone = (filter: Filter, zone: TimeZone): Filter => {
  if (zone === UTC || !filter.terms.some(isTime)) return filter;
  return Filter.of(
    filter.terms.map((term) => {
      const typed = isTime(term) ? zone.read(term.value) : undefined;
      return typed ? { ...term, value: zone.written(typed.ms) } : term;
    }),
  );
};

const isTime = ({ kind }: FilterTerm): boolean => kind === "after" || kind === "before";

/** The box of a list, and what narrows it now: each word with the page that is without it. */
export const narrowOf = (path: string, { filter, text, problem, substr }: ListQuery): NarrowView => ({
  path,
  text,
  problem,
  badges: [
    ...filter.terms.map((term) => ({
      text: Filter.of([term]).text,
      path: filterPath(path, filter.without(term)),
    })),
    ...(substr === undefined ? [] : [{ text: substr, path, isAnywhere: true }]),
  ],
});

/** A page with a filter; the whole list where it finds all. */
export const filterPath = (path: string, filter: Filter): string =>
  withQuery(path, { q: filter.isEmpty ? undefined : filter.text });
