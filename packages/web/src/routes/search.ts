/** Looking for jobs wherever they are: in the sets, on the queues, and among what runs. */
import { Queue } from "@tsq/core/api";
import type { Filter, JobRecord, SearchResult } from "@tsq/core/api";
import { redirect } from "../answers.ts";
import { answerPage } from "../frame/frame-of.ts";
import { jobPath, path, withQuery } from "../html/path.ts";
import { searchPage } from "../pages/search.ts";
import type { FoundJobView, FoundView, SearchView } from "../pages/search.ts";
import { LOOK_COST } from "../request/cost.ts";
import { listQueryOf, narrowOf } from "../request/list-query.ts";
import type { Route } from "../route.ts";
import type { Subject } from "../security/permissions.ts";
import { sightFor, tells } from "../security/sight.ts";
import { subjectOfJob, subjectOfRun } from "../security/subject-of.ts";
import { SETS } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Visit } from "../visit.ts";
import { noteQueued } from "./find-job.ts";
import { hiddenRunsOf } from "./fleet-views.ts";
import { entryViewsOf, jobViewOf, shownMessage } from "./job-views.ts";

const LIMIT = 10;
// Of each set; what takes longer is read on in its own list.
const SET_BUDGET = { limit: LIMIT, most: 20_000, mostMs: 150 };
// Of all queues together.
const QUEUES_MS = 400;
const QUEUE_BUDGET = { limit: LIMIT, most: 10_000, mostMs: 150 };
const MOST_QUEUES = 200;

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
    const found = asked.filter.isEmpty ? [] : await everywhere(visit, asked.filter);
    const view: SearchView = { narrow: narrowOf("/search", asked), found };
    return answerPage(visit, (frame) => searchPage(view, frame));
  },
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

/** One after the other, as long as there is time; of those that are left nothing was looked at. */
const onQueues = async (visit: Visit, filter: Filter): Promise<readonly FoundView[]> => {
  const { queues } = await visit.services.summary.now();
  const endsAt = performance.now() + QUEUES_MS;
  const only = sightFor(visit.permissions, filter);
  const found: FoundView[] = [];
  for (const { name, size } of queues.slice(0, MOST_QUEUES)) {
    if (size === 0) continue;
    const list = path`/queues/${name}`;
    if (performance.now() >= endsAt) {
      found.push({
        place: "queue",
        queue: name,
        jobs: [],
        looked: 0,
        total: size,
        list: withQuery(list, { q: filter.text }),
        next: withQuery(list, { q: filter.text }),
      });
      continue;
    }
    const result = await new Queue(name, visit.api).search(filter, { ...QUEUE_BUDGET, only });
    noteQueued(visit, result.items);
    found.push({
      ...partOf(result, list, filter),
      place: "queue",
      queue: name,
      jobs: await withErrors(
        result.items,
        result.items.map((job) => subjectOfJob(job)),
        visit,
      ),
    });
  }
  return found;
};

const amongRunning = async (visit: Visit, filter: Filter): Promise<FoundView> => {
  const { runs } = await visit.services.fleet.now();
  const meant = runs.filter(({ job, runAt }) => filter.matches(job, runAt));
  const told = tells(filter) ? await hiddenRunsOf(meant, visit) : undefined;
  const matching = meant.filter((run) => told?.get(run) === undefined).slice(0, LIMIT);
  return {
    place: "running",
    jobs: await withErrors(
      matching.map(({ job }) => job),
      matching.map(subjectOfRun),
      visit,
    ),
    looked: runs.length,
    total: runs.length,
    list: "/busy",
    next: undefined,
  };
};

const withErrors = async (
  jobs: readonly JobRecord[],
  subjects: readonly Subject[],
  visit: Visit,
): Promise<readonly FoundJobView[]> => {
  const hidden = await visit.permissions.whyEach("look", subjects);
  return jobs.map((job, i) => ({
    ...jobViewOf(job, visit, hidden[i]),
    error: hidden[i] === undefined ? errorOf(job, visit) : undefined,
    at: job.enqueuedAt ?? job.createdAt,
  }));
};

const errorOf = (job: JobRecord, visit: Visit): FoundJobView["error"] => {
  const name = job.payload?.["error_class"];
  return typeof name === "string" ? { class: name, message: shownMessage(job, visit) } : undefined;
};

const partOf = ({ looked, total, cursor }: SearchResult<JobRecord>, list: string, filter: Filter) => ({
  looked,
  total,
  list: withQuery(list, { q: filter.text }),
  next: cursor === undefined ? undefined : withQuery(list, { q: filter.text, after: cursor }),
});

export const SEARCH_ROUTES: readonly Route[] = [search];
