/** The pages of queues. */
import { Queue } from "@tsq/core/api";
import { keyOf } from "../actions/queue-actions.ts";
import { plain } from "../answers.ts";
import { answerPage } from "../frame/frame-of.ts";
import { html } from "../html/html.ts";
import { path } from "../html/path.ts";
import { confirmPage } from "../pages/confirm.ts";
import { queuePage } from "../pages/queue.ts";
import { queuesPage } from "../pages/queues.ts";
import { countIn, pageIn, pagingOf } from "../request/paging.ts";
import type { Route } from "../route.ts";
import type { Visit } from "../visit.ts";
import { jobViewOf } from "./job-views.ts";

/** The names that Sidekiq::Web has pages for, also of queues that are not there. */
const NAME = /^[\w.:-]+$/;

const subject = ({ name = "" }: Readonly<Record<string, string>>) => ({ queue: name });

const queues: Route = {
  method: "GET",
  path: "/queues",
  answer: async (visit) => {
    const [{ queues: all }, { processes }] = await Promise.all([
      visit.services.summary.now(),
      visit.services.fleet.now(),
    ]);
    return answerPage(visit, (frame) => queuesPage({ queues: all, processes }, frame));
  },
};

const queue: Route = {
  method: "GET",
  path: "/queues/:name",
  subject,
  answer: async (visit) => {
    const name = visit.params["name"] ?? "";
    if (!(await isKnown(visit, name))) return plain("There is no such queue.", 404);
    const order = visit.query.get("direction") === "asc" ? "asc" : "desc";
    const [page, count] = [pageIn(visit.query), countIn(visit.query)];
    const found = new Queue(name, visit.api);
    const offset = (page - 1) * count;
    const [{ items, total }, paused, latency, { processes }] = await Promise.all([
      found.page({ offset, limit: count, order }),
      found.isPaused(),
      found.latency(),
      visit.services.fleet.now(),
    ]);
    const view = {
      queue: { name, size: total, latency, paused },
      processes,
      jobs: items.map((job, i) => ({
        ...jobViewOf(job, visit),
        key: keyOf(job),
        position: order === "asc" ? offset + i + 1 : total - offset - i,
        enqueuedAt: job.enqueuedAt ?? job.createdAt,
      })),
      order,
      paging: pagingOf(path`/queues/${name}`, visit.query, { page, count, shown: items.length, total }),
    } as const;
    return answerPage(visit, (frame) => queuePage(view, frame));
  },
};

const confirm: Route = {
  method: "GET",
  path: "/queues/:name/confirm",
  action: "queue.clear",
  subject,
  answer: async (visit) => {
    const name = visit.params["name"] ?? "";
    const size = await new Queue(name, visit.api).size();
    const own = path`/queues/${name}`;
    return answerPage(visit, (frame) => {
      const what = size === 1 ? "1 job" : `${frame.words.number(size)} jobs`;
      return confirmPage(
        {
          question: html`Clear ${name} of ${what}?`,
          text: html`What waits there is deleted, and nobody can bring it back. What runs goes on.`,
          path: own,
          fields: { delete: "1" },
          verb: html`Delete ${what}`,
          back: own,
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
