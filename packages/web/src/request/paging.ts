/** Which part of a list a page shows, by the names of Sidekiq::Web. */
import { withQuery } from "../html/path.ts";
import type { Paging } from "../layout/pager.ts";

const USUAL = 25;
const MOST = 1_000;
// Far beyond any set, and far below where numbers are no integers any more.
const LAST_PAGE = 1_000_000;

/** `page`, from 1, or another name where a page has two lists; what is no number is the first. */
export const pageIn = (query: URLSearchParams, name = "page"): number =>
  between(1, query.get(name), LAST_PAGE, 1);

/** `count`, how many on a page. */
export const countIn = (query: URLSearchParams, usual = USUAL): number =>
  between(1, query.get("count"), MOST, usual);

const between = (least: number, text: string | null, most: number, usual: number): number => {
  if (!/^-?\d{1,15}$/.test(text ?? "")) return usual;
  return Math.min(most, Math.max(least, Number(text)));
};

/** Where a page is in a list of so many. */
export interface Pages {
  readonly page: number;
  readonly count: number;
  readonly shown: number;
  readonly total: number;
}

/** What the end of a list says, with the ways to the pages before and after; the rest of the query stays. */
export const pagingOf = (
  path: string,
  query: URLSearchParams,
  { page, count, shown, total }: Pages,
  name = "page",
): Paging => {
  const at = (number: number): string => withQuery(`${path}?${query.toString()}`, { [name]: number });
  const from = (page - 1) * count + 1;
  return {
    from,
    shown,
    total,
    previous: page > 1 ? at(page - 1) : undefined,
    next: from + shown - 1 < total && shown > 0 ? at(page + 1) : undefined,
  };
};
