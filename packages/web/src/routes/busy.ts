/** The page of processes and of what they run. */
import { Metrics } from "@tsq/core/api";
import { plain, redirect } from "../answers.ts";
import { answerPage } from "../frame/frame-of.ts";
import { html } from "../html/html.ts";
import { busyPage } from "../pages/busy.ts";
import { confirmPage } from "../pages/confirm.ts";
import type { Route } from "../route.ts";
import { readFleet, runViewOf } from "./fleet-views.ts";

// What runs longest is what one looks for; a fleet of thousands of threads is no page.
const MOST_RUNS = 200;

const busy: Route = {
  method: "GET",
  path: "/busy",
  answer: async (visit) => {
    const only = visit.query.get("only");
    // Sidekiq 8.1's own answer to what is neither.
    if (only !== null && only !== "jobs" && only !== "processes") {
      return plain("Expected only to be jobs or processes.", 401);
    }
    const [{ processes, runs }, { jobs }] = await Promise.all([
      readFleet(visit),
      new Metrics(visit.api).topJobs(),
    ]);
    const shown = only === "processes" ? [] : runs.slice(0, MOST_RUNS);
    const view = {
      processes: only === "jobs" ? [] : processes,
      runs: shown.map((run) => runViewOf(run, jobs, visit)),
      running: only === "processes" ? 0 : runs.length,
    };
    return answerPage(visit, (frame) => busyPage(view, frame));
  },
};

const NOTES = {
  quiet: "No more jobs are taken until it is started anew; what runs goes on.",
  stop: "What runs gets its time to end, and is handed back then.",
} as const;

const confirm: Route = {
  method: "GET",
  path: "/busy/confirm",
  answer: (visit) => {
    const order = visit.query.get("do");
    if (order !== "quiet" && order !== "stop") return redirect(visit.to("/busy"));
    const identity = visit.query.get("identity") ?? "";
    const whom = identity === "" ? "all processes" : identity;
    const verb = order === "quiet" ? "Quiet" : "Stop";
    const view = {
      question: html`${verb} ${whom}?`,
      text: html`${NOTES[order]}`,
      path: "/busy",
      fields: { ...(identity !== "" && { identity }), [order]: "1" },
      verb: html`${verb}`,
      back: "/busy",
    };
    return answerPage(visit, (frame) => confirmPage(view, frame));
  },
};

export const BUSY_ROUTES: readonly Route[] = [busy, confirm];
