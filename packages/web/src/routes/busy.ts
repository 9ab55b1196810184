/** The page of processes and of what they run. */
import { Jobs } from "@tsq/core/api";
import type { FleetReading, ProcessRecord, WorkRecord } from "@tsq/core/api";
import { plain, redirect } from "../answers.ts";
import { answerPage } from "../frame-of.ts";
import { name } from "../layout/names.ts";
import { busyPage } from "../pages/busy.ts";
import type { BusyView } from "../pages/busy.ts";
import { confirmPage } from "../pages/confirm.ts";
import type { RunView } from "../pages/processes.ts";
import type { Route } from "../route.ts";
import { countIn, pageIn, pagingOf } from "../request/paging.ts";
import type { Reason } from "../security/permissions.ts";
import type { Visit } from "../visit.ts";
import { cancelsOf, hiddenRunsOf, runsOf, runViewOf, slotsOf, usualTimesOf } from "./fleet-views.ts";
import type { UsualTimes } from "./fleet-views.ts";
import { iterationOf } from "./job-views.ts";

// As Sidekiq::Web; a fleet of thousands of threads is no page.
const USUAL_RUNS = 100;
// A row of these is many times as large.
const USUAL_PROCESSES = 50;
/** Which of the processes; `page` is of what runs, as in Sidekiq::Web. */
const FLEET_PAGE = "processes";

const busy: Route = {
  method: "GET",
  path: "/busy",
  answer: async (visit) => {
    const only = visit.query.get("only");
    // Sidekiq 8.1's own answer to what is neither.
    if (only !== null && only !== "jobs" && only !== "processes") {
      return plain("Expected only to be jobs or processes.", 401);
    }
    const { query, services } = visit;
    const [reading, { jobs }] = await Promise.all([services.fleet.now(), services.metrics.now()]);
    const identity = query.get("identity") ?? undefined;
    const { processes, runs } = identity === undefined ? reading : onlyOf(reading, identity);
    const usual = usualTimesOf(jobs);
    const part = <T>(all: readonly T[], name: string, usual: number) => {
      const count = countIn(query, usual);
      const page = Math.min(pageIn(query, name), Math.max(1, Math.ceil(all.length / count)));
      const shown = all.slice((page - 1) * count, page * count);
      const pages = { page, count, shown: shown.length, total: all.length };
      return { shown, paging: pagingOf("/busy", query, pages, name) };
    };
    const fleet = part(processes, FLEET_PAGE, USUAL_PROCESSES);
    const work = part(runs, "page", USUAL_RUNS);
    const inSlots = only === "jobs" ? [] : runsOf(fleet.shown, runs);
    const listed = only === "processes" ? [] : work.shown;
    const hidden = await hiddenRunsOf([...new Set([...inSlots, ...listed])], visit);
    const view: BusyView = {
      only: identity,
      totals: {
        processes: processes.length,
        slots: processes.reduce((sum, { concurrency }) => sum + concurrency, 0),
        busy: processes.reduce((sum, { busy: own }) => sum + own, 0),
        rssKib: processes.reduce((sum, { rssKib }) => sum + rssKib, 0),
        silent: processes.filter(({ rssKib }) => rssKib <= 0).length,
      },
      ...(only !== "jobs" && {
        fleet: { ...fleet, inSlots: slotsOf(inSlots, usual, hidden) },
      }),
      ...(only !== "processes" && {
        work: {
          ...work,
          shown: await runViewsOf({ runs: listed, processes, usual, hidden }, visit),
          by: processes,
        },
      }),
    };
    return answerPage(visit, (frame) => busyPage(view, frame));
  },
};

/** Of a fleet of thousands, the one process that somebody wants to see. */
const onlyOf = ({ processes, runs }: FleetReading, identity: string): FleetReading => {
  const own = processes.filter((process) => process.identity === identity);
  return { processes: own, runs: runsOf(own, runs) };
};

/** A page of what runs, and what is known beside it. */
interface Running {
  readonly runs: readonly WorkRecord[];
  readonly processes: readonly ProcessRecord[];
  readonly usual: UsualTimes;
  /** Why some of them may not be looked at. */
  readonly hidden: ReadonlyMap<WorkRecord, Reason>;
}

/** With what their states say, which is one round trip for a hundred of them. */
const runViewsOf = async (
  { runs, processes, usual, hidden }: Running,
  visit: Visit,
): Promise<readonly RunView[]> => {
  const states = await new Jobs(visit.api).states(runs.map(({ job }) => job.jid));
  const byIdentity = new Map(processes.map((process) => [process.identity, process]));
  return runs.map((run, i) => {
    const why = hidden.get(run);
    const view = runViewOf(run, usual, visit, why);
    if (why !== undefined) return view;
    const { iteration, cancelledAt } = states[i] ?? {};
    const cancels = cancelsOf(byIdentity.get(run.identity), iteration !== undefined);
    return { ...view, cancelledAt, iteration: iteration && iterationOf(iteration, run.job, visit), cancels };
  });
};

const confirm: Route = {
  method: "GET",
  path: "/busy/confirm",
  answer: (visit) => {
    const order = visit.query.get("do");
    if (order !== "quiet" && order !== "stop") return redirect(visit.to("/busy"));
    const identity = visit.query.get("identity");
    const { words } = visit;
    const view = {
      question:
        identity === null
          ? words.say(`busy.ask_${order}_all`)
          : words.say(`busy.ask_${order}`, { name: name(identity) }),
      text: words.say(`busy.ask_${order}_text`),
      path: "/busy",
      fields: { ...(identity !== null && { identity }), [order]: "1" },
      verb: words.say(order === "quiet" ? "verb.quiet" : "busy.stop"),
      back: "/busy",
    };
    return answerPage(visit, (frame) => confirmPage(view, frame));
  },
};

export const BUSY_ROUTES: readonly Route[] = [busy, confirm];
