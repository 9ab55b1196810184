/** What jobs a list has, as its page shows it: counted on the newest of them, and kept for all who look. */
import type { Facets, Filter, LookOptions } from "@tsq/core/api";
import type { FacetsView, FacetView } from "../pages/narrow.ts";
import { filterPath } from "../request/list-query.ts";
import type { Visit } from "../visit.ts";

/** What is counted: a set or a queue. */
interface Countable {
  facets(options: LookOptions): Promise<Facets>;
}

const MOST_WAIT_MS = 400;
const MOST_VALUES = 8;

/** Undefined while they are being counted. */
export const facetsOf = async (
  visit: Visit,
  key: string,
  list: Countable,
  filter: Filter,
): Promise<Facets | undefined> => {
  const { facets } = visit.services;
  return facets.get(`${key} ${filter.text}`, () => list.facets({ filter }), MOST_WAIT_MS);
};

/** @param kinds in the order in which they are shown */
export const facetsViewOf = (
  facets: Facets | undefined,
  path: string,
  filter: Filter,
  kinds: readonly FacetView["kind"][],
): FacetsView | undefined =>
  facets && {
    list: kinds.map((kind) => facetView(facets, path, filter, kind)),
    count: facets.count,
    looked: facets.looked,
    total: facets.total,
  };

const facetView = (facets: Facets, path: string, filter: Filter, kind: FacetView["kind"]): FacetView => {
  const { values, others } = facets[kind];
  const shown = values.slice(0, MOST_VALUES);
  return {
    kind,
    values: shown.map(({ value, count }) => {
      const term = { kind, value, isNot: false, isPattern: false };
      const isOn = filter.terms.some((one) => one.kind === kind && one.value === value && !one.isNot);
      return { value, count, isOn, path: filterPath(path, isOn ? filter.without(term) : filter.with(term)) };
    }),
    others: values.slice(MOST_VALUES).reduce((sum, { count }) => sum + count, others),
  };
};
