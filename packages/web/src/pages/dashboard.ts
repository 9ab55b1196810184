/** The first page: what needs a person, how it goes, what waits, who works, and how it went day by day. */
import type { DayStats, MetricsReport, StatsSnapshot } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import { columns } from "../charts/columns.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { pager } from "../layout/pager.ts";
import { choice, vitals } from "../layout/parts.ts";
import type { Vital } from "../layout/parts.ts";
import { bucketsOf, soFar, sumInBuckets } from "./buckets.ts";
import { groupsOf } from "./finding-groups.ts";
import { firstRunPage } from "./first-run.ts";
import { processList } from "./processes.ts";
import type { ProcessView, Slots } from "./processes.ts";
import { needs } from "./needs.ts";
import type { NeedsView } from "./needs.ts";
import { longestFirst, queueTable } from "./queue-list.ts";

/** What Redis says of itself; what it does not say is left out. */
export interface RedisView {
  /** Whose server it is. */
  readonly store?: { readonly name: string; readonly version: string } | undefined;
  readonly upDays?: number | undefined;
  readonly usedBytes?: number | undefined;
  readonly peakBytes?: number | undefined;
  readonly mostBytes?: number | undefined;
  readonly policy?: string | undefined;
  /** Whether it throws keys away when its memory is full, which it can be. */
  readonly losesJobs?: boolean | undefined;
  readonly clients?: number | undefined;
  /** Of one question of this page. */
  readonly roundTripMs?: number | undefined;
}

/** What the page is made of. */
export interface DashboardView {
  readonly needs: NeedsView;
  readonly stats: StatsSnapshot;
  /** For how long jobs may wait. */
  readonly goals: Goals;
  /** The last hour. */
  readonly metrics: MetricsReport;
  readonly processes: readonly ProcessView[];
  /** Those that are listed. */
  readonly foremost: readonly ProcessView[];
  /** What they run. */
  readonly slots: Slots;
  /** The newest first. */
  readonly history: readonly DayStats[];
  readonly redis: RedisView;
}

const MINUTE_MS = 60_000;
const DAYS = [7, 30, 90, 180] as const;
const TICKS = 5;
/** What is read as "now": long enough that one slow minute is none, and without the minute that goes on. */
const NOW_MINUTES = 5;
// The others are on Queues.
const MOST_QUEUES = 20;

/** `/` */
export const dashboardPage = (view: DashboardView, frame: Frame): Page => {
  const { stats, processes } = view;
  const { words, to } = frame;
  const isEmpty =
    stats.queues.length +
      processes.length +
      stats.processed +
      stats.scheduled +
      stats.retries +
      stats.dead ===
    0;
  if (isEmpty) return firstRunPage(frame);
  const slots = processes.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return {
    ...answer(view, frame),
    body: html`${needs(view.needs, frame)}${signs(view, slots, frame)}${throughput(view, frame)}<div class="grid g-2">
<section class="panel" id="dq" data-live><header><h2>${words.say("nav.queues")}</h2><a class="link" href="${to("/queues")}">${words.say("dashboard.all_queues")}</a></header>${stats.queues.length > 0 ? listedQueues(view, frame) : html`<p class="pad dim">${words.say("queues.none")}</p>`}</section>
<section class="panel" id="dp" data-live><header><h2>${words.say("busy.process_list")}</h2><a class="link" href="${to("/busy")}">${words.say("busy.runs")}</a></header>${processes.length > 0 ? listed(view, frame) : html`<p class="pad dim">${words.say("busy.none")}</p>`}</section>
</div>${history(view, frame)}${redis(view.redis, frame)}`,
  };
};

/** All of them, or those that wait for longest. */
const listedQueues = ({ stats: { queues }, processes, goals }: DashboardView, frame: Frame): Html => {
  if (queues.length <= MOST_QUEUES) return queueTable({ queues, processes, goals }, frame);
  const shown = longestFirst(queues, goals).slice(0, MOST_QUEUES);
  return html`${queueTable({ queues: shown, processes, goals }, frame)}${pager(frame, { shown: shown.length, total: queues.length, next: "/queues?order=oldest" })}`;
};

const listed = ({ foremost, processes, slots }: DashboardView, frame: Frame): Html => {
  const isCut = foremost.length < processes.length;
  return html`${processList(frame, foremost, slots)}${isCut && pager(frame, { shown: foremost.length, total: processes.length })}`;
};

/** How many things need a person; where that is not known, how much goes on. */
const answer = (
  { needs: { list }, stats }: DashboardView,
  { words }: Frame,
): Pick<Page, "title" | "heading" | "lead"> => {
  const title = words.say("nav.dashboard");
  if (list === undefined) {
    const heading = words.say("dashboard.heading", {
      running: words.say("dashboard.running", { count: stats.workers }),
      waiting: words.say("dashboard.waiting", { count: stats.enqueued }),
    });
    return { title, heading };
  }
  if (list.length === 0) {
    const calm = words.say("needs.calm");
    return { title: calm, heading: calm, lead: words.say("needs.calm_lead") };
  }
  // As many as are listed below.
  const heading = words.say("needs.heading", { count: groupsOf(list).length });
  return { title: heading, heading, lead: words.say("needs.lead") };
};

/** Whether it is not known what ran: Sidekiq writes that down from 7 on, and says its version from 7.0.2 on. */
const keepsNoMetrics = ({ jobs }: MetricsReport, processes: readonly ProcessView[]): boolean =>
  jobs.length === 0 && processes.some(({ version }) => version === undefined);

const signs = ({ stats, metrics, processes }: DashboardView, slots: number, { words }: Frame): Html => {
  const buckets = bucketsOf(metrics, words);
  const done = sumInBuckets(buckets, metrics.jobs, ({ processed }) => processed);
  const failed = sumInBuckets(buckets, metrics.jobs, (point) => point.failed);
  const runs = done.reduce((sum, count) => sum + count, 0);
  const failures = failed.reduce((sum, count) => sum + count, 0);
  const lately = soFar(done).slice(-NOW_MINUTES);
  const newest = lately.reduce((sum, count) => sum + count, 0);
  const worst = stats.queues
    .filter(({ size, paused }) => size > 0 && !paused)
    .toSorted((one, other) => other.latency - one.latency)[0];
  const ran: Vital[] = [
    {
      name: words.say("vital.throughput"),
      value: html`<span>${words.say("vital.per_minute", { n: html`<b>${words.number(Math.round(newest / lately.length))}</b>` })}</span>`,
      sub: words.say("queue.change", { n: newest, span: words.span(lately.length * MINUTE_MS) }),
      trend: soFar(done),
    },
    {
      name: words.say("vital.failing"),
      value: words.percent(runs > 0 ? failures / runs : 0),
      sub: words.say("vital.last_hour", { n: words.say("metric.failed", { count: failures }) }),
      isBad: runs > 0 && failures / runs > 0.05,
      trend: soFar(failed),
    },
  ];
  const list: Vital[] = [
    ...(keepsNoMetrics(metrics, processes) ? [] : ran),
    {
      name: words.say("vital.longest"),
      value: worst ? words.span(worst.latency * 1_000) : "–",
      sub: worst && words.say("vital.in_queue", { name: html`<bdi>${worst.name}</bdi>` }),
    },
    {
      name: words.say("vital.slots"),
      value: words.say("vital.of", { n: stats.workers, of: slots }),
      sub: words.say("busy.processes", { count: processes.length }),
    },
  ];
  return vitals("vitals", list);
};

const throughput = ({ metrics }: DashboardView, { words }: Frame): Html => {
  if (metrics.jobs.length === 0) return NOTHING;
  const buckets = bucketsOf(metrics, words);
  const failed = sumInBuckets(buckets, metrics.jobs, (point) => point.failed);
  const done = sumInBuckets(buckets, metrics.jobs, (point) => point.processed - point.failed);
  return columns({
    words,
    id: "throughput",
    title: words.say("vital.throughput"),
    note: words.say("chart.per", { count: metrics.bucketMinutes }),
    labels: buckets.labels,
    xTicks: buckets.ticks,
    isOfTimes: true,
    marks: buckets.marks,
    series: [
      { name: words.say("state.failed"), tone: "dead", values: failed },
      { name: words.say("state.done"), tone: "run", values: done },
    ],
  });
};

const history = ({ history: days, stats }: DashboardView, frame: Frame): Html => {
  const { words } = frame;
  const oldestFirst = days.toReversed();
  const labels = oldestFirst.map(({ date }) => words.countedDay(date));
  const sum = (of: (day: DayStats) => number) =>
    words.number(days.reduce((total, day) => total + of(day), 0));
  const ticks = Array.from(
    { length: Math.min(TICKS, labels.length) },
    (_, i) => labels[Math.round((i / (Math.min(TICKS, labels.length) - 1 || 1)) * (labels.length - 1))] ?? "",
  );
  return columns({
    words,
    id: "history",
    title: words.say("dashboard.history"),
    note: words.say("dashboard.history_note", { processed: stats.processed, failed: stats.failed }),
    height: 120,
    labels,
    xTicks: ticks,
    tools: choice(
      frame,
      words.say("dashboard.history"),
      DAYS.map(
        (count) =>
          [words.say("dashboard.days", { count }), `/?days=${count}`, count === days.length] as const,
      ),
    ),
    series: [
      {
        name: words.say("state.failed"),
        tone: "dead",
        values: oldestFirst.map(({ failed }) => failed),
        total: sum(({ failed }) => failed),
      },
      {
        name: words.say("state.done"),
        tone: "run",
        values: oldestFirst.map(({ processed, failed }) => Math.max(0, processed - failed)),
        total: sum(({ processed, failed }) => processed - failed),
      },
    ],
  });
};

const redis = (view: RedisView, { words }: Frame): Html => {
  const { store, upDays, usedBytes, mostBytes, peakBytes, policy, losesJobs, clients, roundTripMs } = view;
  const list: Vital[] = [];
  if (store !== undefined)
    list.push({
      name: html`${store.name}`,
      value: store.version,
      sub: upDays !== undefined && words.say("redis.up", { n: upDays }),
    });
  if (usedBytes !== undefined) {
    const peak =
      peakBytes === undefined ? undefined : words.say("redis.peak", { size: words.bytes(peakBytes) });
    const most = mostBytes ? words.say("redis.most", { size: words.bytes(mostBytes) }) : undefined;
    list.push({
      name: words.say("redis.memory"),
      value: words.bytes(usedBytes),
      sub: html`${[most, peak, policy].filter((said) => said !== undefined).map((said, i) => html`${i > 0 && " · "}${said}`)}`,
      isBad: losesJobs === true,
    });
  }
  if (roundTripMs !== undefined)
    list.push({
      name: words.say("redis.round_trip"),
      value: words.span(roundTripMs),
      sub: words.say("redis.from_here"),
    });
  if (clients !== undefined) list.push({ name: words.say("redis.clients"), value: words.number(clients) });
  return list.length > 0 ? vitals("redis", list) : NOTHING;
};
