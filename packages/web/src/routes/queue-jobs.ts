/** Jobs of a queue that somebody has ticked, or one of its rows: where they shall go, and whether one shall be killed or deleted. */
import { plain, redirect } from "../answers.ts";
import { reasonIn } from "../audit/reason.ts";
import { noteOf, readTarget, TARGET_FIELDS } from "../bulk/target.ts";
import type { TypedTarget } from "../bulk/target.ts";
import { answerPage, answerPageAs } from "../frame-of.ts";
import { path } from "../html/path.ts";
import { name } from "../layout/names.ts";
import { confirmPage } from "../pages/confirm.ts";
import { costOf } from "../pages/queue-cost.ts";
import { retargetPage } from "../pages/retarget.ts";
import { FAR_LOOK_COST } from "../request/cost.ts";
import { keysIn, whyTooMany } from "../request/keys.ts";
import type { Route } from "../route.ts";
import { ACTIONS } from "../security/roles.ts";
import { subjectOfJob, subjectsOf } from "../security/subject-of.ts";
import type { Visit } from "../visit.ts";
import { named, queueAgain, queueOf } from "./named-jobs.ts";
import { saidOf } from "./said.ts";
import { tallied } from "./set-entries.ts";

const subject = ({ name: queue = "" }: Readonly<Record<string, string>>) => ({ queue });

/** Before something is done to one, named by the key of its row. */
const confirmOne = (verb: "kill" | "delete"): Route => ({
  method: "GET",
  path: `/queues/:name/${verb}`,
  action: `job.${verb}`,
  subject,
  answer: async (visit) => {
    const key = visit.query.get("key") ?? "";
    const own = path`/queues/${visit.params["name"] ?? ""}`;
    const size = await queueOf(visit).size();
    return answerPage(visit, (frame) =>
      confirmPage(
        {
          question: frame.words.say(`ask.${verb}`, { name: name(key) }),
          text: frame.words.say(`ask.${verb}_text`),
          warning: costOf(size, frame),
          path: `${own}/${verb}`,
          fields: { key, from: queueAgain(visit).split("?")[1] ?? "" },
          verb: frame.words.say(`verb.${verb}`),
          back: queueAgain(visit),
        },
        frame,
      ),
    );
  },
});

/** Where one shall go, named by its key, as by the page of a job. */
const askOne: Route = {
  method: "GET",
  path: "/queues/:name/move",
  action: "job.move",
  subject,
  answer: (visit) => {
    const key = visit.query.get("key") ?? "";
    return key === "" ? redirect(visit.to(queueAgain(visit))) : ask(visit, new Set([key]));
  },
};

/** The question, as long as the form does not say where to. */
const move: Route = {
  method: "POST",
  path: "/queues/:name/move",
  subject,
  asks: ({ form, params }) =>
    keysIn(form).length === 0 ? undefined : { action: "job.move", subject: subject(params) },
  cost: FAR_LOOK_COST,
  answer: async (visit) => {
    const { form, permissions } = visit;
    const keys = new Set(keysIn(form));
    if (keys.size === 0) return visit.done(queueAgain(visit));
    const queue = queueOf(visit);
    const tooMany = whyTooMany(visit, keys.size);
    if (tooMany) return tooMany;
    if (!form.has(TARGET_FIELDS.move)) {
      const why = await permissions.whyNot(ACTIONS["job.move"], "job.move");
      return why === undefined ? ask(visit, keys) : plain(why, 403);
    }
    const target = readTarget("move", form, visit.words);
    if ("problem" in target) return ask(visit, keys, target);
    const { queue: to = "" } = target;
    const jobs = await named(queue, keys);
    for (const subject of jobs.flatMap((job) => subjectsOf(subjectOfJob(job), target))) {
      const why = await permissions.why("job.move", subject);
      if (why !== undefined) return plain(why, 403);
    }
    const tally = await tallied(
      jobs,
      (job) => job.move(to),
      (done) => visit.counts(done, noteOf("", target)),
    );
    const gone = tally.gone + keys.size - jobs.length;
    return visit.done(queueAgain(visit), saidOf(visit.words, "move", { ...tally, gone }));
  },
};

const ask = async (visit: Visit, keys: ReadonlySet<string>, typed?: TypedTarget): Promise<Response> => {
  const { name: own } = queueOf(visit);
  const list = queueAgain(visit);
  const { queues } = await visit.services.summary.now();
  const view = {
    verb: "move" as const,
    path: path`/queues/${own}/move`,
    keys: [...keys],
    count: keys.size,
    classes: [],
    follows: "bulk.move.follows" as const,
    back: list,
    from: list.split("?")[1] ?? "",
    queues: queues.map(({ name: of }) => of).filter((of) => of !== own),
    typed,
    reason: reasonIn(visit.form),
  };
  return answerPageAs(typed && 422, visit, (frame) => retargetPage(view, frame));
};

export const QUEUE_JOB_ROUTES: readonly Route[] = [confirmOne("kill"), confirmOne("delete"), askOne, move];
