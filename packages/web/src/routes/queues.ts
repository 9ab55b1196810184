/** The pages of queues. */
import { Queue } from "@tsq/core/api";
import type { Filter, QueuedJob } from "@tsq/core/api";
import { FilterError, keyOf, needsTyping } from "@tsq/core/config";
import { plain } from "../answers.ts";
import { answerPage } from "../frame-of.ts";
import { path } from "../html/path.ts";
import { confirmPage } from "../pages/confirm.ts";
import { queuePage } from "../pages/queue.ts";
import type { QueueView, WaitingView } from "../pages/queue.ts";
import { longestFirst } from "../pages/queue-list.ts";
import { queuesPage } from "../pages/queues.ts";
import { listQueryOf, narrowOf } from "../request/list-query.ts";
import { costOfList } from "../request/cost.ts";
import { countIn, pageIn, pagingOf } from "../request/paging.ts";
import { placeIn, placesAround } from "../request/places.ts";
import type { Route } from "../route.ts";
import { sightFor } from "../security/sight.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import type { Visit } from "../visit.ts";
import { facetsOf, facetsViewOf } from "./facet-views.ts";
import { noteQueued } from "./find-job.ts";
import { contextOf, jobViewOf } from "./job-views.ts";

/** The names that Sidekiq::Web has pages for, also of queues that are not there. */
const NAME = /^[\w.:-]+$/;

// Most have all of theirs on one page.
const USUAL_QUEUES = 100;

const subject = ({ name = "" }: Readonly<Record<string, string>>) => ({ queue: name });

const queues: Route = {
  method: "GET",
  path: "/queues",
  answer: async (visit) => {
    const [{ queues: all }, { processes }, waits] = await Promise.all([
      visit.services.summary.now(),
      visit.services.fleet.now(),
      visit.services.waits.now(),
    ]);
    const { query } = visit;
    const { goals, sizes } = visit.services;
    const order = query.get("order") === "oldest" ? "oldest" : "name";
    const ordered = order === "oldest" ? longestFirst(all, goals) : all;
    const count = countIn(query, USUAL_QUEUES);
    const page = Math.min(pageIn(query), Math.max(1, Math.ceil(all.length / count)));
    const shown = ordered.slice((page - 1) * count, page * count);
    const paging = pagingOf("/queues", query, { page, count, shown: shown.length, total: all.length });
    const trends = new Map(
      shown.flatMap((one) => {
        const trend = sizes.of(one);
        return trend ? [[one.name, trend] as const] : [];
      }),
    );
    const view = { queues: all, processes, shown, paging, order, goals, waits, trends } as const;
    return answerPage(visit, (frame) => queuesPage(view, frame));
  },
};

const queue: Route = {
  method: "GET",
  path: "/queues/:name",
  subject,
  cost: costOfList,
  answer: async (visit) => {
    const name = visit.params["name"] ?? "";
    if (!(await isKnown(visit, name))) return plain(visit.words.text("refuse.no_queue"), 404);
    const found = new Queue(name, visit.api);
    const asked = listQueryOf(visit.query, visit.words.zone);
    const [part, facets, paused, latency, { processes }, waits] = await Promise.all([
      asked.filter.isEmpty ? pageOf(visit, found) : searched(visit, found, asked.filter),
      facetsOf(visit, `queue:${name}`, found, asked.filter),
      found.isPaused(),
      found.latency(),
      visit.services.fleet.now(),
      visit.services.waits.now(),
    ]);
    const own = path`/queues/${name}`;
    const summary = { name, size: part.paging.total, latency, paused };
    const view: QueueView = {
      ...part,
      queue: summary,
      goals: visit.services.goals,
      trend: visit.services.sizes.of(summary),
      processes,
      waits: waits.get(name),
      narrow: narrowOf(own, asked),
      facets: facetsViewOf(facets, own, asked.filter, ["class", "error", "tag"]),
      works: await visit.services.bulk.newsOf(own),
    };
    return answerPage(visit, (frame) => queuePage(view, frame));
  },
};

type Part = Pick<QueueView, "jobs" | "order" | "paging">;

/** By its number, as in Sidekiq::Web: Redis goes to any place of a queue at once. */
const pageOf = async (visit: Visit, queue: Queue): Promise<Part> => {
  const order = visit.query.get("direction") === "asc" ? "asc" : "desc";
  const [page, count] = [pageIn(visit.query), countIn(visit.query)];
  const offset = (page - 1) * count;
  const { items, total } = await queue.page({ offset, limit: count, order });
  return {
    order,
    jobs: await waitingViewsOf(items, visit, (i) => (items[i]?.ahead ?? 0) + 1),
    paging: pagingOf(path`/queues/${queue.name}`, visit.query, { page, count, shown: items.length, total }),
  };
};

const searched = async (visit: Visit, queue: Queue, filter: Filter): Promise<Part> => {
  const only = sightFor(visit.permissions, filter);
  const search = (after?: string) => queue.search(filter, { limit: countIn(visit.query), after, only });
  let after = placeIn(visit.query);
  const { items, looked, total, cursor } = await search(after).catch((error: unknown) => {
    // An address that somebody has cut off is no reason to show nothing.
    if (after === undefined || !(error instanceof FilterError)) throw error;
    after = undefined;
    return search();
  });
  return {
    order: "desc",
    jobs: await waitingViewsOf(items, visit, () => undefined),
    paging: {
      shown: items.length,
      total,
      looked,
      ...placesAround(`${visit.path}?${visit.query.toString()}`, after, cursor),
    },
  };
};

const waitingViewsOf = async (
  jobs: readonly QueuedJob[],
  visit: Visit,
  positionOf: (i: number) => number | undefined,
): Promise<readonly WaitingView[]> => {
  noteQueued(visit, jobs);
  const hidden = await visit.permissions.whyEach(
    "look",
    jobs.map((job) => subjectOfJob(job)),
  );
  return jobs.map((job, i) => ({
    ...jobViewOf(job, visit, hidden[i]),
    key: keyOf(job),
    position: positionOf(i),
    context: hidden[i] === undefined ? contextOf(job, visit) : [],
    enqueuedAt: job.enqueuedAt ?? job.createdAt,
  }));
};

const confirm: Route = {
  method: "GET",
  path: "/queues/:name/confirm",
  action: "queue.clear",
  subject,
  answer: async (visit) => {
    const name = visit.params["name"] ?? "";
    const asOf = `${Date.now()}`;
    const { count: size, newest } = await new Queue(name, visit.api).counted();
    const own = path`/queues/${name}`;
    return answerPage(visit, (frame) => {
      const { words } = frame;
      return confirmPage(
        {
          question: words.say("ask.clear", { name, count: size }),
          text: words.say("ask.clear_text"),
          path: own,
          // What comes until then stays; `most` and `as_of` are read where each job is asked about.
          fields: {
            delete: "1",
            expected: `${size}`,
            newest: newest.join("."),
            most: `${size}`,
            as_of: asOf,
          },
          verb: words.say("bulk.delete.button", { count: size }),
          back: own,
          typed: needsTyping("clear", size) ? `${size}` : undefined,
        },
        frame,
      );
    });
  },
};

/** Others only when they are there: whoever pushes may name a queue as they like. */
const isKnown = async (visit: Visit, name: string): Promise<boolean> =>
  NAME.test(name) ||
  (await new Queue(name, visit.api).size()) > 0 ||
  (await visit.services.summary.now()).queues.some((known) => known.name === name);

export const QUEUE_ROUTES: readonly Route[] = [queues, queue, confirm];
