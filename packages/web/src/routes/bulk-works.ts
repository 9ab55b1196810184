/** How far work on many jobs is, whichever dashboard carries it out, and its end by hand. */
import { plain } from "../answers.ts";
import type { BulkView } from "../bulk/bulk-work.ts";
import { noteOf } from "../bulk/target.ts";
import { answerPage } from "../frame-of.ts";
import { isAway } from "../redis/is-away.ts";
import { path } from "../html/path.ts";
import type { Frame } from "../layout/frame.ts";
import { bulkWorkPage, bulkWorksPage } from "../pages/bulk-work.ts";
import type { HiddenFilters } from "../pages/bulk-work.ts";
import type { Route } from "../route.ts";
import { classesIn, hiddenClassesOf } from "../security/sight.ts";
import type { Visit } from "../visit.ts";
import { endedSoon } from "./bulk.ts";

const idIn = ({ params }: Visit): string => params["id"] ?? "";

/** Why the filters of some of them are not shown, which others have typed: they name what may not be looked at. */
const hiddenFiltersOf = async (
  { permissions }: Visit,
  works: readonly BulkView[],
): Promise<HiddenFilters> => {
  const named = works.map(({ order }) => [order.filter, classesIn(order.filter)] as const);
  const hidden = await hiddenClassesOf(
    permissions,
    named.flatMap(([, classes]) => classes),
  );
  return new Map(
    named.flatMap(([filter, classes]) => {
      const why = classes.map((name) => hidden.get(name)).find((one) => one !== undefined);
      return why === undefined ? [] : [[filter, why] as const];
    }),
  );
};

const progress: Route = {
  method: "GET",
  path: "/bulk/:id",
  answer: async (visit) => {
    const { bulk } = visit.services;
    const own = bulk.own(idIn(visit));
    const work = own ?? (await bulk.find(idIn(visit)));
    const hidden = await hiddenFiltersOf(visit, work ? [work] : []);
    const pageOf = (frame: Frame) => bulkWorkPage(work, frame, hidden);
    return answerPage(visit, pageOf).catch((error: unknown) => {
      // How far it is, this process knows by itself: while Redis is away, its page says that it waits.
      if (own && isAway(error)) return answerPage(visit, pageOf, {}, true);
      throw error;
    });
  },
};

const end: Route = {
  method: "POST",
  path: "/bulk/:id",
  // To end something one must be allowed to begin it.
  asks: async (visit) =>
    visit.form.has("cancel") ? (await visit.services.bulk.find(idIn(visit)))?.order : undefined,
  answer: async (visit) => {
    const { bulk } = visit.services;
    const work = await bulk.find(idIn(visit));
    if (work && visit.form.has("cancel")) {
      const why = await visit.permissions.why(work.order.action, work.order.subject);
      if (why !== undefined) return plain(why, 403);
      if (work.endedAt !== undefined) visit.isWrittenElsewhere();
      visit.countsAsStep("end", noteOf(work.order.filter, work.order.target), work.order.filter);
      const own = work.endedAt === undefined ? await bulk.end(work.order.id) : undefined;
      if (own) await endedSoon(own);
    }
    return visit.done(path`/bulk/${visit.params["id"] ?? ""}`);
  },
};

const all: Route = {
  method: "GET",
  path: "/bulk",
  answer: async (visit) => {
    const works = await visit.services.bulk.all();
    const hidden = await hiddenFiltersOf(visit, works);
    return answerPage(visit, (frame) => bulkWorksPage(works, frame, hidden));
  },
};

export const BULK_WORK_ROUTES: readonly Route[] = [all, progress, end];
