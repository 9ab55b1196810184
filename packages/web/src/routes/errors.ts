/** The page of the errors: of retries and dead jobs, each once. */
import { ErrorGroups } from "@tsq/core/api";
import { answerPage } from "../frame/frame-of.ts";
import { errorsPage } from "../pages/errors.ts";
import type { ErrorsView } from "../pages/errors.ts";
import { FAR_LOOK_COST, LOOK_COST } from "../request/cost.ts";
import { listQueryOf, narrowOf } from "../request/list-query.ts";
import type { Route } from "../route.ts";
import { shownMessage } from "./job-views.ts";

const MOST_WAIT_MS = 1_500;
const MOST = { usual: 10_000, more: 100_000 } as const;

const errors: Route = {
  method: "GET",
  path: "/errors",
  cost: ({ query }) => (query.get("most") === String(MOST.more) ? FAR_LOOK_COST : LOOK_COST),
  answer: async (visit) => {
    const asked = listQueryOf(visit.query, visit.words.zone);
    const most = visit.query.get("most") === String(MOST.more) ? MOST.more : MOST.usual;
    // What is masked may depend on who looks.
    const { name, role } = visit.user;
    const report = await visit.services.errors.get(
      JSON.stringify([asked.filter.text, most, name, role]),
      () =>
        new ErrorGroups(visit.api).read({
          filter: asked.filter,
          most,
          messageOf: (job) => shownMessage(job, visit),
        }),
      MOST_WAIT_MS,
    );
    const view: ErrorsView = {
      report,
      narrow: narrowOf("/errors", asked),
      order: visit.query.get("order") === "newest" ? "newest" : "most",
      more: most === MOST.more ? undefined : MOST.more,
    };
    return answerPage(visit, (frame) => errorsPage(view, frame));
  },
};

export const ERROR_ROUTES: readonly Route[] = [errors];
