/** The ways on and back in a list that is read from places on: an address has the places of the pages that one came from. */
import { withQuery } from "../html/path.ts";
import type { Paging } from "../layout/pager.ts";

// An address that is longer than 8 kB is refused by some proxies.
const MOST = 20;
const LONGEST = 200;
// It is in no cursor, and needs no encoding.
const BETWEEN = "_";

/** The place where a page begins: undefined of the first one. */
export const placeIn = (query: URLSearchParams): string | undefined => query.get("after") ?? undefined;

/**
 * The links of a page.
 *
 * @param address with the query that it was asked for by
 * @param after where it begins
 * @param cursor where the next one does; undefined where there is none
 */
export const placesAround = (
  address: string,
  after: string | undefined,
  cursor: string | undefined,
): Pick<Paging, "first" | "previous" | "next"> => {
  const behind = after === undefined ? [] : placesBehind(address);
  const at = (place: string | undefined, places: readonly string[]): string =>
    withQuery(address, {
      after: place || undefined,
      back: places.length > 0 ? places.join(BETWEEN) : undefined,
    });
  const previous = behind.at(-1);
  const isNextToFirst = previous === "";
  return {
    first: after === undefined || isNextToFirst ? undefined : at(undefined, []),
    previous: previous === undefined ? undefined : at(previous, behind.slice(0, -1)),
    next: cursor === undefined ? undefined : at(cursor, [...behind, after ?? ""].slice(-MOST)),
  };
};

/** The oldest first; empty text is the first page of all. */
const placesBehind = (address: string): readonly string[] => {
  const [, query = ""] = address.split("?");
  const back = new URLSearchParams(query).get("back");
  const places = back?.split(BETWEEN) ?? [];
  return places.every(({ length }) => length <= LONGEST) ? places.slice(-MOST) : [];
};
