/** The first page. */
import { Stats } from "@tsq/core/api";
import { evictionIn, evicts, storeIn } from "@tsq/core/config";
import { plain } from "../answers.ts";
import { answerPage } from "../frame-of.ts";
import { dashboardPage } from "../pages/dashboard.ts";
import type { RedisView } from "../pages/dashboard.ts";
import type { Route } from "../route.ts";
import { foremostOf, hiddenRunsOf, slotsOf, usualTimesOf } from "./fleet-views.ts";
import { needsViewOf } from "./needs-view.ts";
import type { RedisReading } from "../redis/redis-facts.ts";

const USUAL_DAYS = "30";
const MOST_DAYS = 180;
// The others are on Busy.
const MOST_PROCESSES = 20;

const first: Route = {
  method: "GET",
  path: "/",
  answer: async (visit) => {
    const text = visit.query.get("days") ?? USUAL_DAYS;
    const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    // Sidekiq::Web's own answer to what is out of range.
    if (days < 1 || days > MOST_DAYS) return plain(`Expected days from 1 to ${MOST_DAYS}.`, 401);
    const [stats, metrics, { processes, runs }, history, redis, findings] = await Promise.all([
      visit.services.summary.now(),
      visit.services.metrics.now(),
      visit.services.fleet.now(),
      new Stats(visit.api).history(days),
      visit.services.redis.now(),
      visit.services.findings.now(),
    ]);
    const foremost = foremostOf({ processes, runs }, MOST_PROCESSES);
    const [hidden, needs] = await Promise.all([
      hiddenRunsOf(foremost.runs, visit),
      needsViewOf(findings, visit),
    ]);
    const slots = slotsOf(foremost.runs, usualTimesOf(metrics.jobs), hidden);
    const view = {
      needs,
      stats,
      goals: visit.services.goals,
      metrics,
      processes,
      foremost: foremost.processes,
      slots,
      history,
      redis: redisViewOf(redis),
    };
    return answerPage(visit, (frame) => dashboardPage(view, frame));
  },
};

const redisViewOf = ({ facts, roundTripMs }: RedisReading): RedisView => {
  const number = (name: string): number | undefined => {
    const value = Number(facts.get(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  return {
    store: storeIn(facts),
    upDays: number("uptime_in_days"),
    usedBytes: number("used_memory"),
    peakBytes: number("used_memory_peak"),
    // 0 is no limit.
    mostBytes: number("maxmemory") || undefined,
    policy: facts.get("maxmemory_policy"),
    losesJobs: evicts(evictionIn(facts)) === "now",
    clients: number("connected_clients"),
    roundTripMs,
  };
};

export const DASHBOARD_ROUTES: readonly Route[] = [first];
