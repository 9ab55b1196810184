/** The pages of the cron schedule. */
import { countIn, pageIn, pagingOf } from "@tsq/web";
import type { TabRoute, TabVisit } from "@tsq/web";
import { entryPage } from "./entry-page.ts";
import { entryView, entryViews, listPath, pastRuns } from "./entry-view.ts";
import { listPage } from "./list-page.ts";
import type { Readings } from "./readings.ts";
import { allowedTo, subjectOf } from "./schedule-door.ts";
import type { ScheduleDoor } from "./schedule-door.ts";

export const listRoutes = (door: ScheduleDoor, readings: Readings): readonly TabRoute[] => [
  { method: "GET", path: "/", answer: (visit) => list(visit, door, readings) },
  { method: "GET", path: "/namespaces/:namespace", answer: (visit) => list(visit, door, readings) },
  { method: "GET", path: "/:name", answer: (visit) => one(visit, door, readings) },
  {
    method: "GET",
    path: "/namespaces/:namespace/jobs/:name",
    answer: (visit) => one(visit, door, readings),
  },
];

const list = async (visit: TabVisit, door: ScheduleDoor, readings: Readings): Promise<Response> => {
  const { namespace } = visit.params;
  const [all, missed] = await Promise.all([door.entries(visit.api), door.missed(visit.api)]);
  const seen = await visit.seen(all, subjectOf);
  const entries = namespace === undefined ? seen : seen.filter((entry) => entry.namespace === namespace);
  const views = await entryViews(entries, missed, readings, visit.words.locale);
  const count = countIn(visit.query);
  const page = Math.min(pageIn(visit.query), Math.max(1, Math.ceil(views.length / count)));
  const shown = views.slice((page - 1) * count, page * count);
  const [rows, may] = await Promise.all([
    Promise.all(shown.map(async (view) => ({ view, runs: pastRuns(view, await view.entry.history()) }))),
    allowedTo(
      visit,
      shown.map(({ entry }) => entry),
    ),
  ]);
  const paging = pagingOf(listPath(namespace), visit.query, {
    page,
    count,
    shown: rows.length,
    total: views.length,
  });
  // Of one namespace it would tell in which they are.
  const isHiding = all.length > 0 && seen.length === 0;
  const view = { views, rows, may, paging, namespace, isEmpty: all.length === 0, isHiding };
  return visit.page((frame) => listPage(view, frame));
};

const one = async (visit: TabVisit, door: ScheduleDoor, readings: Readings): Promise<Response> => {
  const [entry, missed] = await Promise.all([door.find(visit), door.missed(visit.api)]);
  // As sidekiq-cron does.
  if (!entry) return visit.done("/cron");
  const own = missed.filter(({ key }) => key === entry.key);
  const [view, history, may] = await Promise.all([
    entryView(entry, own, readings, visit.words.locale),
    entry.history(),
    allowedTo(visit, [entry]),
  ]);
  const about = { class: entry.class, queue: entry.queue, jid: undefined };
  return visit.page((frame) => entryPage({ view, history, args: visit.mask(entry.args, about), may }, frame));
};
