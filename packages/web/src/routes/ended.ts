/** The list of jobs that have ended. */
import { answerPage } from "../frame-of.ts";
import { endedListPage } from "../pages/ended.ts";
import type { Route } from "../route.ts";
import { subjectOfEnded } from "../security/subject-of.ts";

const ended: Route = {
  method: "GET",
  path: "/ended",
  answer: async (visit) => {
    const jobs = await visit.services.ended.now();
    const hidden = await visit.permissions.whyEach("look", jobs.map(subjectOfEnded));
    const list = jobs.map((job, i) => ({ job, hidden: hidden[i] }));
    return answerPage(visit, (frame) => endedListPage(list, frame));
  },
};

export const ENDED_ROUTES: readonly Route[] = [ended];
