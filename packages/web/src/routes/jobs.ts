/** The page of a job by its jid, wherever it is, and the questions before something is done to it. */
import { ProcessSet, Queue } from "@tsq/core/api";
import type { FinishedJob, FoundJob, ProcessRecord } from "@tsq/core/api";
import { plain, redirect } from "../answers.ts";
import { answerPage, answerPageAs } from "../frame-of.ts";
import { html } from "../html/html.ts";
import { jobPath } from "../html/path.ts";
import { confirmPage } from "../pages/confirm.ts";
import { endedPage } from "../pages/ended.ts";
import type { PartLooked } from "../pages/ended.ts";
import { jobGonePage } from "../pages/job-gone.ts";
import { PLACES } from "../pages/job-place.ts";
import type { JobRunView, JobVerb } from "../pages/job-place.ts";
import { jobPage } from "../pages/job.ts";
import { costOf } from "../pages/queue-cost.ts";
import { FAR_LOOK_COST, LOOK_COST } from "../request/cost.ts";
import type { Route } from "../route.ts";
import { subjectOfEnded, subjectOfFound } from "../security/subject-of.ts";
import type { Visit } from "../visit.ts";
import { findJob, MOST_EVER } from "./find-job.ts";
import { cancelsOf, runViewOf, usualTimesOf } from "./fleet-views.ts";
import { jobRowsOf } from "./job-rows-of.ts";
import { jobPageOf } from "./job-views.ts";
import type { Whereabouts } from "./job-views.ts";

// About a second of reading; whoever wants to look further says so.
const MOST_LOOKED = 100_000;

const one: Route = {
  method: "GET",
  path: "/jobs/:jid",
  cost: ({ query }) => (query.get("all") === "1" ? FAR_LOOK_COST : LOOK_COST),
  subject: ({ jid = "" }) => ({ jid }),
  answer: async (visit) => {
    const jid = visit.params["jid"] ?? "";
    const most = visit.query.get("all") === "1" ? MOST_EVER : MOST_LOOKED;
    const { found, finished, looked, isComplete } = await findJob(visit, jid, most);
    const canLookOn = most < MOST_EVER;
    if (!found && finished) return endedOf(finished, visit, isComplete ? undefined : { looked, canLookOn });
    if (!found) {
      return answerPageAs(404, visit, (frame) => jobGonePage({ jid, looked, isComplete, canLookOn }, frame));
    }
    const why = await visit.permissions.why("look", subjectOfFound(found));
    if (why !== undefined) return plain(why, 403);
    const [place, rows] = await Promise.all([whereaboutsOf(found, visit), jobRowsOf(found.job, visit)]);
    // What would have to be looked for every five seconds is looked at once.
    const isLive = found.place === "running" || visit.services.places.of(jid) !== undefined;
    const where = { ...place, rows, isLive };
    const view = jobPageOf(found, visit, where);
    return answerPage(visit, (frame) => jobPage(view, frame));
  },
};

/** What is kept of it names its class, which may be one of those that whoever looks may not look at. */
const endedOf = async (job: FinishedJob, visit: Visit, part?: PartLooked): Promise<Response> => {
  const why = await visit.permissions.why("look", subjectOfEnded(job));
  if (why !== undefined) return plain(why, 403);
  return answerPage(visit, (frame) => endedPage(job, frame, part));
};

const whereaboutsOf = async (found: FoundJob, visit: Visit): Promise<Whereabouts> => {
  const path = jobPath(found.job.jid ?? "");
  if (found.place !== "queue" && found.place !== "running") return { path };
  const { processes } = await visit.services.fleet.now();
  if (found.place === "running") return { path, run: await runOf(found, processes, visit) };
  const { payload, queue } = found.job;
  const [own, wrapped] = [payload?.["class"], found.job.displayClass];
  if (typeof own !== "string" || wrapped === undefined) return { path };
  // Where nobody listens at all, that is what the queue's own page says.
  const isUnrunnable = await new ProcessSet(visit.api).lacksRunner([own, wrapped], queue, processes);
  return { path, isUnrunnable };
};

const runOf = async (
  found: FoundJob & { readonly place: "running" },
  processes: readonly ProcessRecord[],
  visit: Visit,
): Promise<JobRunView> => {
  const { identity, work, iteration } = found;
  const process = processes.find((one) => one.identity === identity);
  const run = work && runViewOf(work, usualTimesOf((await visit.services.metrics.now()).jobs), visit);
  return {
    process: process ? `${process.hostname}:${process.pid}` : identity,
    runAt: run?.runAt,
    isOverrunning: run?.isOverrunning ?? false,
    usualMs: run?.usualMs,
    // A job that no heartbeat has told of yet is in flight: only tsq's are.
    cancels: work ? cancelsOf(process, iteration !== undefined) : "yes",
  };
};

const VERBS: readonly JobVerb[] = ["retry", "add_to_queue", "kill", "delete", "cancel"];

const confirm = (verb: JobVerb): Route => ({
  method: "GET",
  path: `/jobs/:jid/${verb}`,
  action: `job.${verb}`,
  cost: FAR_LOOK_COST,
  subject: ({ jid = "" }) => ({ jid }),
  answer: async (visit) => {
    const jid = visit.params["jid"] ?? "";
    const own = jobPath(jid);
    const { found } = await findJob(visit, jid);
    const where = found?.place === "scheduled" ? "schedule" : found?.place;
    // Its page says where it is now, or that it is nowhere.
    if (!found || where === undefined || !PLACES[where].verbs.includes(verb)) return redirect(visit.to(own));
    const why = await visit.permissions.why("look", subjectOfFound(found));
    if (why !== undefined) return plain(why, 403);
    const name = found.job.displayClass ?? jid;
    const size = found.place === "queue" ? await new Queue(found.job.queue, visit.api).size() : 0;
    return answerPage(visit, (frame) => {
      const { words } = frame;
      const said = words.say(`ask.${verb}`, { name });
      return confirmPage(
        {
          question: said,
          text: html`${words.say(`ask.${verb}_text`)} ${jid}`,
          warning: costOf(size, frame),
          path: own,
          fields: { [verb]: "1" },
          verb: words.say(verb === "cancel" ? "verb.cancel_job" : `verb.${verb}`),
          back: own,
        },
        frame,
      );
    });
  },
});

export const JOB_ROUTES: readonly Route[] = [one, ...VERBS.map(confirm)];
