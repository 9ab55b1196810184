/** What jobs a list has, as its page shows it: counted on those at the end where it begins that one may look at, and kept for all who see the same. */
import type { FacetOptions, Facets, Filter } from "@tsq/core/api";
import type { Counted } from "../readings/counted.ts";
import type { FacetsView, FacetView } from "../pages/narrow.ts";
import { filterPath } from "../request/list-query.ts";
import { sightKey, sightOf } from "../security/sight.ts";
import { orderOf } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { ChartTally } from "./chart-tally.ts";

/** What is counted: a set or a queue. */
interface Countable {
  facets(options: FacetOptions): Promise<Facets>;
}

const MOST_WAIT_MS = 400;
const MOST_VALUES = 8;
const LONGEST_VALUE = 255;

/** Undefined while they are being counted. */
export const facetsOf = async (
  visit: Visit,
  key: string,
  list: Countable,
  filter: Filter,
): Promise<Facets | undefined> => {
  const { facets } = visit.services;
  const only = sightOf(visit.permissions);
  const read = async () => ({ facets: await list.facets({ filter, only }), chart: undefined });
  return (await facets.get(keyOf(visit, key, filter), read, MOST_WAIT_MS))?.facets;
};

/** The same of a set, with when they are due or have died. */
export const countedOf = (visit: Visit, kind: SetKind, filter: Filter): Promise<Counted | undefined> => {
  const read = async (): Promise<Counted> => {
    const tally = new ChartTally(kind, Date.now());
    const only = sightOf(visit.permissions, kind.set);
    const facets = await kind
      .open(visit.api)
      .facets({ filter, only, order: orderOf(kind), onTime: (atMs) => tally.add(atMs) });
    const chart = tally.chart();
    const { looked, total } = facets;
    return { facets, chart: chart && { ...chart, ...(looked < total && { looked, total }) } };
  };
  return visit.services.facets.get(keyOf(visit, kind.set, filter), read, MOST_WAIT_MS);
};

/** One count for all who look, as long as they see the same. */
const keyOf = ({ permissions }: Visit, list: string, filter: Filter): string =>
  `${list} ${sightKey(permissions)} ${filter.text}`;

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
  // A link with megabytes of a name leads nowhere.
  const shown = values.filter(({ value }) => value.length <= LONGEST_VALUE).slice(0, MOST_VALUES);
  const counted = shown.reduce((sum, { count }) => sum + count, 0);
  return {
    kind,
    values: shown.map(({ value, count }) => {
      const term = { kind, value, isNot: false, isPattern: false };
      const isOn = filter.terms.some((one) => one.kind === kind && one.value === value && !one.isNot);
      return { value, count, isOn, path: filterPath(path, isOn ? filter.without(term) : filter.with(term)) };
    }),
    others: values.reduce((sum, { count }) => sum + count, others - counted),
  };
};
