/** The pages of the three sets, and of one job in them. */
import { FilterError } from "@tsq/core/config";
import { Jobs } from "@tsq/core/api";
import type { SortedEntry } from "@tsq/core/api";
import { listOfSet } from "../bulk/bulk-list.ts";
import type { TargetVerb } from "../bulk/target.ts";
import { answerPage } from "../frame-of.ts";
import { html } from "../html/html.ts";
import { path } from "../html/path.ts";
import { confirmPage } from "../pages/confirm.ts";
import { jobPage } from "../pages/job.ts";
import type { SetChart } from "../readings/counted.ts";
import { setPage } from "../pages/set.ts";
import type { SetView } from "../pages/set-view.ts";
import { costOfList, FAR_LOOK_COST } from "../request/cost.ts";
import { countIn, pageIn, pagingOf } from "../request/paging.ts";
import { listQueryOf, narrowOf } from "../request/list-query.ts";
import type { ListQuery } from "../request/list-query.ts";
import { placeIn, placesAround } from "../request/places.ts";
import type { Route } from "../route.ts";
import { sightFor, sightOf } from "../security/sight.ts";
import { actionOf, orderOf, SETS } from "../sets.ts";
import type { SetKind, Verb } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { askBulk } from "./bulk.ts";
import { jobRowsOf } from "./job-rows-of.ts";
import { ChartTally } from "./chart-tally.ts";
import { countedOf, facetsViewOf } from "./facet-views.ts";
import { readSetChart } from "./set-chart.ts";
import { entryViewsOf, jobPageOf } from "./job-views.ts";
import { shownEntry } from "./set-entries.ts";

// What a filter finds is one page, as in Sidekiq::Web, and no set is read for longer than this.
const MOST_FOUND = 200;
const MOST_READ_MS = 2_000;
// So long a filter is read on for until it finds something: its page is limited as one that looks far.
const MOST_LOOK_MS = 1_000;

const pagesOf = (kind: SetKind): readonly Route[] => [
  {
    method: "GET",
    path: kind.path,
    subject: () => ({ set: kind.set }),
    cost: costOfList,
    answer: (visit) => list(visit, kind),
  },
  // The keys of `all` are verbs.
  ...([...Object.keys(kind.all), ...kind.targets] as (Verb | TargetVerb)[]).map((verb): Route => ({
    method: "GET",
    path: `${kind.path}/all/${verb}`,
    action: actionOf("set", verb),
    subject: () => ({ set: kind.set }),
    cost: FAR_LOOK_COST,
    answer: (visit) => askBulk(visit, listOfSet(visit.api, kind), verb),
  })),
  { method: "GET", path: `${kind.path}/:key`, answer: (visit) => job(visit, kind) },
  ...kind.verbs.map((verb): Route => ({
    method: "GET",
    path: `${kind.path}/:key/${verb}`,
    action: actionOf("job", verb),
    answer: (visit) => confirmOne(visit, kind, verb),
  })),
];

const list = async (visit: Visit, kind: SetKind): Promise<Response> => {
  const asked = listQueryOf(visit.query, visit.words.zone);
  const isWhole = asked.filter.isEmpty && asked.substr === undefined;
  const [part, counted, chart] = await Promise.all([
    partOf(visit, kind, asked),
    countedOf(visit, kind, asked.filter),
    isWhole ? readSetChart(visit.api, kind, Date.now()) : undefined,
  ]);
  const kinds = kind.set === "schedule" ? FACETS.filter((one) => one !== "error") : FACETS;
  const view: SetView = {
    ...part,
    set: kind.set,
    narrow: narrowOf(kind.path, asked),
    facets: facetsViewOf(counted?.facets, kind.path, asked.filter, kinds),
    chart: chart ?? (asked.substr === undefined ? counted?.chart : chartOf(part, kind)),
    works: await visit.services.bulk.newsOf(kind.path),
  };
  return answerPage(visit, (frame) => setPage(view, frame));
};

/** Of those that a page has found, which are all there are. */
const chartOf = ({ entries }: Part, kind: SetKind): SetChart | undefined => {
  const tally = new ChartTally(kind, Date.now());
  for (const { at } of entries) if (at) tally.add(at.getTime());
  return tally.chart();
};

const FACETS = ["error", "class", "queue", "tag"] as const;

type Part = Pick<SetView, "size" | "entries" | "paging">;

const partOf = (visit: Visit, kind: SetKind, asked: ListQuery): Promise<Part> => {
  if (asked.substr !== undefined) return withText(visit, kind, asked.substr);
  return asked.filter.isEmpty && visit.query.has("page") ? pageOf(visit, kind) : searched(visit, kind, asked);
};

/** From a place in the set on, which others that come and go do not move. */
const searched = async (visit: Visit, kind: SetKind, { filter }: ListQuery): Promise<Part> => {
  const set = kind.open(visit.api);
  const only = sightFor(visit.permissions, filter, kind.set);
  const search = (after?: string) =>
    set.search(filter, { limit: countIn(visit.query), order: orderOf(kind), after, only });
  let after = placeIn(visit.query);
  let found = await search(after).catch((error: unknown) => {
    // An address that somebody has cut off is no reason to show nothing.
    if (after === undefined || !(error instanceof FilterError)) throw error;
    after = undefined;
    return search();
  });
  if (found.items.length === 0 && after !== undefined && filter.isEmpty && found.total > 0) {
    // What was on this page has been dealt with: not an empty page (sidekiq#6037).
    after = undefined;
    found = await search();
  }
  let { looked } = found;
  // Behind thousands of others there may be what the page says that it has counted.
  const endsAt = performance.now() + MOST_LOOK_MS;
  while (found.items.length === 0 && found.cursor !== undefined && performance.now() < endsAt) {
    found = await search(found.cursor);
    looked += found.looked;
  }
  const { items, total, cursor } = found;
  return {
    size: total,
    entries: await entryViewsOf(items, kind, visit),
    paging: {
      from: after === undefined ? 1 : undefined,
      shown: items.length,
      total,
      ...(!filter.isEmpty && { looked }),
      ...placesAround(`${visit.path}?${visit.query.toString()}`, after, cursor),
    },
  };
};

/** By its number, as bookmarks of Sidekiq::Web have it. */
const pageOf = async (visit: Visit, kind: SetKind): Promise<Part> => {
  const [asked, count] = [pageIn(visit.query), countIn(visit.query)];
  const set = kind.open(visit.api);
  const read = (page: number) => set.page({ offset: (page - 1) * count, limit: count, order: orderOf(kind) });
  let [page, found] = [asked, await read(asked)];
  if (found.items.length === 0 && found.total > 0) {
    // What was on this page has been dealt with: its neighbour, and not an empty page (sidekiq#6037).
    page = Math.ceil(found.total / count);
    found = await read(page);
  }
  return {
    size: found.total,
    entries: await entryViewsOf(found.items, kind, visit),
    paging: pagingOf(visit.path, visit.query, { page, count, shown: found.items.length, total: found.total }),
  };
};

/** A text anywhere in the payload: one page of them, as in Sidekiq::Web. */
const withText = async (visit: Visit, kind: SetKind, text: string): Promise<Part> => {
  const size = await kind.open(visit.api).size();
  const { found, isWhole } = await findIn(visit, kind, text);
  return {
    size,
    entries: await entryViewsOf(found, kind, visit),
    paging: {
      from: found.length > 0 ? 1 : undefined,
      shown: found.length,
      total: found.length,
      isCut: !isWhole,
    },
  };
};

interface Found {
  readonly found: readonly SortedEntry[];
  /** Whether all of the set was looked at. */
  readonly isWhole: boolean;
}

const findIn = async (visit: Visit, kind: SetKind, text: string): Promise<Found> => {
  const found = new Map<string, SortedEntry>();
  const signal = AbortSignal.timeout(MOST_READ_MS);
  const only = sightOf(visit.permissions, kind.set);
  // As text: a pattern of Redis would make something else of every `*`.
  const pattern = `*${text.replaceAll(/[*?[\]\\^]/g, String.raw`\$&`)}*`;
  let isWhole = true;
  try {
    for await (const entry of kind.open(visit.api).scan(pattern, { signal })) {
      if (only && !(await only(entry))) continue;
      isWhole = found.size < MOST_FOUND;
      if (!isWhole) break;
      found.set(entry.id, entry);
    }
  } catch (error) {
    if (error !== signal.reason) throw error;
    isWhole = false;
  }
  const sign = kind.set === "dead" ? -1 : 1;
  const sorted = [...found.values()].sort((one, other) => sign * (one.score - other.score));
  return { found: sorted, isWhole };
};

const job = async (visit: Visit, kind: SetKind): Promise<Response> => {
  const entry = await shownEntry(visit, kind);
  if (entry instanceof Response) return entry;
  const found = await new Jobs(visit.api).tell({ place: kind.place, job: entry });
  const own = kind.path + path`/${entry.id}`;
  const view = jobPageOf(found, visit, { path: own, rows: await jobRowsOf(entry, visit) });
  return answerPage(visit, (frame) => jobPage(view, frame));
};

const confirmOne = async (visit: Visit, kind: SetKind, verb: Verb): Promise<Response> => {
  const entry = await shownEntry(visit, kind);
  if (entry instanceof Response) return entry;
  const own = kind.path + path`/${entry.id}`;
  const { words } = visit;
  const name = entry.displayClass ?? words.say("job.malformed");
  return answerPage(visit, (frame) =>
    confirmPage(
      {
        question: words.say(`ask.${verb}`, { name }),
        text: html`${words.say(`ask.${verb}_text`)} ${entry.jid ?? entry.id}`,
        path: own,
        fields: { [verb]: "1" },
        verb: words.say(`verb.${verb}`),
        back: own,
      },
      frame,
    ),
  );
};

export const SET_ROUTES: readonly Route[] = SETS.flatMap(pagesOf);
