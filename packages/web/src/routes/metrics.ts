/** The pages of metrics. */
import { MORE_CATEGORIES } from "../charts/svg.ts";
import { answerPage } from "../frame-of.ts";
import { metricPage } from "../pages/metric.ts";
import { metricsPage } from "../pages/metrics.ts";
import type { PeriodName } from "../pages/metrics.ts";
import type { Route } from "../route.ts";
import { hiddenClassesOf } from "../security/sight.ts";

/** Those of Sidekiq::Web; the first four are as long as there are histograms. */
const PERIODS: readonly PeriodName[] = ["1h", "2h", "4h", "8h", "24h", "48h", "72h"];
const MOST_CLASSES = 500;

const periodIn = (text: string | null, periods: readonly PeriodName[]): PeriodName =>
  periods.find((one) => one === text) ?? "1h";

const hoursOf = (period: PeriodName): number => Number.parseInt(period, 10);

const metrics: Route = {
  method: "GET",
  path: "/metrics",
  answer: async (visit) => {
    const period = periodIn(visit.query.get("period"), PERIODS);
    const substr = visit.query.get("substr") ?? undefined;
    const wanted = (substr ?? "").toLowerCase();
    const chosen = visit.query.getAll("class").slice(0, MORE_CATEGORIES.length);
    const report = await visit.services.metrics.now(hoursOf(period));
    const matching = report.jobs.filter((job) => job.class.toLowerCase().includes(wanted));
    const hidden = await hiddenClassesOf(
      visit.permissions,
      matching.map((job) => job.class),
    );
    const jobs = matching.filter((job) => !hidden.has(job.class)).slice(0, MOST_CLASSES);
    const fleet = report.jobs.length === 0 ? await visit.services.fleet.now() : undefined;
    // They say their version from 7.0.2 on.
    const hasOld = fleet?.processes.some(({ version }) => version === undefined);
    const isHiding = hidden.size > 0;
    const view = { report: { ...report, jobs }, period, chosen, substr, hasOld, isHiding };
    return answerPage(visit, (frame) => metricsPage(view, frame));
  },
};

const metric: Route = {
  method: "GET",
  path: "/metrics/:class",
  subject: ({ class: name = "" }) => ({ class: name }),
  answer: async (visit) => {
    const period = periodIn(visit.query.get("period"), PERIODS.slice(0, 4));
    const report = await visit.services.metrics.of(visit.params["class"] ?? "", hoursOf(period));
    return answerPage(visit, (frame) => metricPage({ report, period }, frame));
  },
};

export const METRICS_ROUTES: readonly Route[] = [metrics, metric];
