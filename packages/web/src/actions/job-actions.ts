/** What the buttons on the page of a job do, wherever the job is by then. */
import { Jobs, ProcessSet } from "@tsq/core/api";
import type { FoundJob } from "@tsq/core/api";
import { MalformedPayloadError } from "@tsq/core/config";
import { plain } from "../answers.ts";
import { jobPath, path } from "../html/path.ts";
import { PLACES } from "../pages/job-place.ts";
import type { JobVerb } from "../pages/job-place.ts";
import { FAR_LOOK_COST } from "../request/cost.ts";
import type { Route } from "../route.ts";
import { findJob } from "../routes/find-job.ts";
import { cancelsOf } from "../routes/fleet-views.ts";
import { saidOf } from "../routes/said.ts";
import { subjectOfFound } from "../security/subject-of.ts";
import { carryOut } from "../sets.ts";
import type { Visit } from "../visit.ts";

const VERBS: readonly JobVerb[] = ["retry", "add_to_queue", "kill", "delete", "cancel"];

const verbIn = (form: URLSearchParams): JobVerb | undefined => VERBS.find((one) => form.has(one));

const change: Route = {
  method: "POST",
  path: "/jobs/:jid",
  // All queues may have to be read for it.
  cost: FAR_LOOK_COST,
  asks: ({ form, params }) => {
    const verb = verbIn(form);
    return verb && { action: `job.${verb}`, subject: { jid: params["jid"] ?? "" } };
  },
  answer: async (visit) => {
    const jid = visit.params["jid"] ?? "";
    const own = jobPath(jid);
    const { words } = visit;
    const verb = verbIn(visit.form);
    if (verb === undefined) return visit.done(own);
    const { found } = await findJob(visit, jid);
    const why = await visit.permissions.why(`job.${verb}`, found ? subjectOfFound(found) : { jid });
    if (why !== undefined) return plain(why, 403);
    visit.counts(0);
    if (!found || !PLACES[placeOf(found)].verbs.includes(verb))
      return visit.done(own, words.text("said.moved"));
    if (verb === "cancel") return cancel(visit, found);
    const isDone = await deed(found, verb);
    visit.counts(isDone ? 1 : 0);
    const said = isDone
      ? saidOf(words, verb, { done: 1, gone: 0, malformed: 0 })
      : isDone === false
        ? words.text("said.moved")
        : saidOf(words, verb, { done: 0, gone: 0, malformed: 1 });
    // Of a job that is deleted there is no page.
    return visit.done(verb === "delete" && isDone ? listOf(found) : own, said);
  },
};

/** Undefined when it is no job, which can only be deleted. */
const deed = async (found: FoundJob, verb: Exclude<JobVerb, "cancel">): Promise<boolean | undefined> => {
  try {
    if (found.place === "queue") return await (verb === "kill" ? found.job.kill() : found.job.delete());
    return found.place === "running" ? false : await carryOut(found.job, verb);
  } catch (error) {
    if (error instanceof MalformedPayloadError) return undefined;
    throw error;
  }
};

const cancel = async (visit: Visit, found: FoundJob): Promise<Response> => {
  const jid = found.job.jid ?? "";
  const own = jobPath(jid);
  if (found.place !== "running") return visit.done(own, visit.words.text("said.moved"));
  const process = await new ProcessSet(visit.api).findProcess(found.identity);
  const reach = found.work ? cancelsOf(process, found.iteration !== undefined) : "yes";
  if (reach !== "yes") {
    return visit.done(own, visit.words.text("said.not_cancelled"));
  }
  await new Jobs(visit.api).cancel(jid);
  visit.counts(1);
  return visit.done(own, visit.words.text("said.cancelled"));
};

const placeOf = ({ place }: FoundJob) => (place === "scheduled" ? "schedule" : place);

const listOf = (found: FoundJob): string =>
  found.place === "queue" ? path`/queues/${found.job.queue}` : PLACES[placeOf(found)].list;

export const JOB_ACTIONS: readonly Route[] = [change];
