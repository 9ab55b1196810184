/** The page of the errors: of retries and dead jobs, each once. */
import { ErrorGroups } from "@tsq/core/api";
import type { Filter } from "@tsq/core/api";
import type { SeenErrors } from "../readings/counted.ts";
import { answerPage } from "../frame-of.ts";
import { errorsPage } from "../pages/errors.ts";
import type { ErrorsView } from "../pages/errors.ts";
import { FAR_LOOK_COST, LOOK_COST } from "../request/cost.ts";
import { listQueryOf, narrowOf } from "../request/list-query.ts";
import type { Route } from "../route.ts";
import { subjectOfJob } from "../security/subject-of.ts";
import { userKey } from "../security/user-key.ts";
import type { Visit } from "../visit.ts";
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
    const who = userKey(visit.user);
    const read = await visit.services.errors.get(
      JSON.stringify([asked.filter.text, most, who]),
      () => readErrors(visit, asked.filter, most),
      MOST_WAIT_MS,
    );
    const order = visit.query.get("order") === "newest" ? "newest" : "most";
    const view: ErrorsView = {
      report: read,
      narrow: narrowOf("/errors", asked),
      order,
      more: most === MOST.more ? undefined : MOST.more,
    };
    return answerPage(visit, (frame) => errorsPage(view, frame));
  },
};

/** Of jobs that one may look at: what is counted of others, and under which name, would tell of them. */
const readErrors = async (visit: Visit, filter: Filter, most: number): Promise<SeenErrors> => {
  const { permissions } = visit;
  let isHiding = false;
  const report = await new ErrorGroups(visit.api).read({
    filter,
    most,
    messageOf: (job) => shownMessage(job, visit),
    ...(permissions.isSelective && {
      only: async (job, set) => {
        const may = await permissions.allows("look", subjectOfJob(job, set));
        isHiding ||= !may;
        return may;
      },
    }),
  });
  return { ...report, isHiding };
};

export const ERROR_ROUTES: readonly Route[] = [errors];
