/** Looking for jobs wherever they are: in the sets, on the queues, and among what runs. */
import { setImmediate as othersTurn } from "node:timers/promises";
import type { Filter, WorkRecord } from "@tsq/core/api";
import { redirect } from "../answers.ts";
import { answerPage } from "../frame-of.ts";
import { jobPath } from "../html/path.ts";
import { searchPage } from "../pages/search.ts";
import type { FoundView, SearchView } from "../pages/search.ts";
import { LOOK_COST } from "../request/cost.ts";
import { listQueryOf, narrowOf } from "../request/list-query.ts";
import type { Route } from "../route.ts";
import { sightFor, tells } from "../security/sight.ts";
import { subjectOfRun } from "../security/subject-of.ts";
import { SETS } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { hiddenRunsOf } from "./fleet-views.ts";
import { entryViewsOf } from "./job-views.ts";
import { MOST_OF_ONE, onQueues, partOf, withErrors } from "./search-queues.ts";

// As many as are asked about at once of what waits, and for as long.
const RUNS_AT_ONCE = 25;
const RUNS_IN_ONE = 100;
const RUNS_MS = 150;
// Of each set; what takes longer is read on in its own list.
const SET_BUDGET = { limit: MOST_OF_ONE, most: 20_000, mostMs: 150 };

// As Sidekiq and tsq make them; others are found by `jid:`.
const JID = /^[0-9a-f]{24}$/;

const search: Route = {
  method: "GET",
  path: "/search",
  cost: LOOK_COST,
  answer: async (visit) => {
    const jid = (visit.query.get("q") ?? "").trim();
    if (JID.test(jid)) return redirect(visit.to(jobPath(jid)));
    const asked = listQueryOf(visit.query, visit.words.zone);
    const found = asked.filter.isEmpty ? [] : await foundBy(visit, asked.filter);
    const view: SearchView = { narrow: narrowOf("/search", asked), found };
    return answerPage(visit, (frame) => searchPage(view, frame));
  },
};

/** From where a look has ended on there are queues alone. */
const foundBy = (visit: Visit, filter: Filter): Promise<readonly FoundView[]> => {
  const after = visit.query.get("after");
  return after === null ? everywhere(visit, filter) : onQueues(visit, filter, after);
};

const everywhere = async (visit: Visit, filter: Filter): Promise<readonly FoundView[]> => {
  const [running, queues, ...sets] = await Promise.all([
    amongRunning(visit, filter),
    onQueues(visit, filter),
    ...SETS.map((kind) => inSet(visit, kind, filter)),
  ]);
  return [running, ...queues, ...sets];
};

const inSet = async (visit: Visit, kind: SetKind, filter: Filter): Promise<FoundView> => {
  const order = kind.set === "dead" ? "desc" : "asc";
  const result = await kind
    .open(visit.api)
    .search(filter, { ...SET_BUDGET, order, only: sightFor(visit.permissions, filter, kind.set) });
  return {
    ...partOf(result, kind.path, filter),
    place: kind.set,
    jobs: await entryViewsOf(result.items, kind, visit),
  };
};

const amongRunning = async (visit: Visit, filter: Filter): Promise<FoundView> => {
  const { runs } = await visit.services.fleet.now();
  const meant = await meantBy(filter, runs);
  const { matching, looked } = tells(filter)
    ? await seenOf(meant, visit)
    : { matching: meant.slice(0, MOST_OF_ONE), looked: meant.length };
  return {
    place: "running",
    jobs: await withErrors(
      matching.map(({ job }) => job),
      matching.map(subjectOfRun),
      visit,
    ),
    looked: looked < meant.length ? looked : runs.length,
    total: runs.length,
    list: undefined,
    next: undefined,
  };
};

/** Some at a time: of a large fleet each is parsed where nobody has looked at it before, and others wait meanwhile. */
const meantBy = async (filter: Filter, runs: readonly WorkRecord[]): Promise<readonly WorkRecord[]> => {
  const [now, meant]: [Date, WorkRecord[]] = [new Date(), []];
  for (let from = 0; from < runs.length; from += RUNS_IN_ONE) {
    await othersTurn();
    const some = runs.slice(from, from + RUNS_IN_ONE);
    meant.push(...some.filter(({ job, runAt }) => filter.matches(job, runAt, now)));
  }
  return meant;
};

/** So many at a time, as long as there is time: `authorize` may ask a database for each. */
const seenOf = async (runs: readonly WorkRecord[], visit: Visit) => {
  const endsAt = performance.now() + RUNS_MS;
  const matching: WorkRecord[] = [];
  let looked = 0;
  while (looked < runs.length && matching.length < MOST_OF_ONE && performance.now() < endsAt) {
    const some = runs.slice(looked, looked + RUNS_AT_ONCE);
    const hidden = await hiddenRunsOf(some, visit);
    matching.push(...some.filter((run) => hidden.get(run) === undefined));
    looked += some.length;
  }
  return { matching: matching.slice(0, MOST_OF_ONE), looked };
};

export const SEARCH_ROUTES: readonly Route[] = [search];
