/** Every page of the dashboard with something in it: a fleet of both languages, and names that an attacker chose. */
import type { MetricsReport } from "@tsq/core/api";
import {
  busyPage,
  confirmPage,
  dashboardPage,
  html,
  metricPage,
  metricsPage,
  redisAwayPage,
  setPage,
} from "./inside-web.ts";
import type { Frame, Page } from "./inside-web.ts";
import { SEARCH_PAGES } from "./web-search-pages.ts";
import { FINDINGS } from "./web-findings.ts";
import { BULK_PAGES, WORK } from "./web-bulk-pages.ts";

import { AUDIT_PAGE } from "./web-audit-page.ts";
import { JOB_PAGES } from "./web-job-pages.ts";
import { QUEUE_PAGES } from "./web-queue-pages.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const MINUTE = 60_000;
const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";
const HISTOGRAM = Array.from({ length: 26 }, (_, i) => (i > 6 && i < 16 ? 40 - Math.abs(10 - i) * 6 : 0));

const process = {
  identity: "worker-1:4127:ab",
  hostname: "worker-1",
  pid: 4127,
  tag: "shop",
  labels: [HOSTILE],
  version: "8.1.7",
  queues: ["critical", "default"],
  weights: [{ critical: 5, default: 2 }],
  concurrency: 10,
  busy: 3,
  beatAt: new Date(NOW - 8_000),
  startedAt: new Date(NOW - 78_000_000),
  isQuiet: false,
  isEmbedded: false,
  rssKib: 717_000,
};
const other = {
  ...process,
  identity: "node-2:802:cd",
  hostname: "node-2",
  pid: 802,
  version: "tsq 0.1.0",
  tag: "",
  concurrency: 25,
  busy: 12,
  isQuiet: true,
};
const job = (name: string) => ({
  jid: `jid-${name}`,
  class: name,
  args: ["gid://shop/Payment/53796", 12_345_678_901_234_567n, { width: 320, note: HOSTILE }],
  queue: "critical",
  tags: ["billing", HOSTILE],
});
const runs = ["Billing::CapturePaymentJob", HOSTILE].map((name, i) => ({
  identity: process.identity,
  tid: `t${i}`,
  job: job(name),
  runAt: new Date(NOW - (i + 1) * 47_000),
  isOverrunning: false,
  usualMs: 2_000,
}));
const queues = [
  { name: "critical", size: 1_284, latency: 252, paused: false },
  { name: HOSTILE, size: 214, latency: 2_460, paused: false },
  { name: "webhooks", size: 96, latency: 3_060, paused: true },
];
const points = Array.from({ length: 60 }, (_, i) => ({
  at: new Date(Math.floor(NOW / MINUTE) * MINUTE - (59 - i) * MINUTE),
  processed: 100 + ((i * 7) % 30),
  failed: i % 9,
  totalMs: 40_000 + i * 300,
  histogram: HISTOGRAM,
}));
const metricsOf = (name: string) => ({
  class: name,
  processed: 6_800,
  failed: 230,
  totalMs: 3e6,
  averageMs: 450,
  histogram: HISTOGRAM,
  points,
});
const period = {
  startsAt: points[0]?.at ?? new Date(NOW),
  endsAt: new Date(NOW),
  bucketMinutes: 1 as const,
  deploys: [{ at: new Date(NOW - 22 * MINUTE), label: HOSTILE }],
};
/** What six classes ran. */
export const report: MetricsReport = {
  ...period,
  jobs: ["Billing::CapturePaymentJob", "Images::ThumbnailJob", HOSTILE, "A", "B", "C"].map(metricsOf),
};
const entry = {
  ...job("Billing::CapturePaymentJob"),
  href: "/retries/1-abc",
  key: "1-abc",
  at: new Date(NOW + 188_000),
  error: { class: "Stripe::CardError", message: `Your card was declined. ${HOSTILE}` },
  failures: 4,
};
const entries = [
  entry,
  { ...entry, class: HOSTILE, key: `2-${HOSTILE}` },
  { ...entry, class: undefined, args: [], key: "3-x", error: undefined, failures: undefined },
];
const facets = {
  count: 90,
  looked: 100,
  total: 486,
  list: [
    {
      kind: "class" as const,
      values: [{ value: HOSTILE, count: 80, path: "/retries?q=x", isOn: true }],
      others: 10,
    },
  ],
};
const narrow = (path: string, ...texts: string[]) => ({
  path,
  text: texts.join(" "),
  problem: texts.length > 1 ? HOSTILE : undefined,
  badges: texts.map((text, i) => ({ text, path, isAnywhere: i > 0 })),
});
const stats = {
  processed: 99_612,
  failed: 1_412,
  scheduled: 3,
  retries: 3,
  dead: 3,
  processes: 2,
  enqueued: 1_594,
  workers: 15,
  defaultQueueLatency: 0,
  queues,
};

const history = Array.from({ length: 30 }, (_, i) => ({
  date: new Date(NOW - i * 86_400_000).toISOString().slice(0, 10),
  processed: 9_000 + ((i * 37) % 9) * 100,
  failed: 20 * (i % 5),
}));

const slotViews = runs.map(({ job, ...run }) => ({ ...run, class: job.class, isHidden: false }));
const slots = new Map([[process.identity, slotViews]]);

/** By their paths. */
export const PAGES = (frame: Frame): Readonly<Record<string, Page>> => ({
  "/": dashboardPage(
    {
      needs: { list: FINDINGS, at: new Date(NOW), problem: HOSTILE },
      stats,
      goals: {},
      metrics: report,
      processes: [process, other],
      foremost: [process, other],
      slots,
      history,
      redis: {
        store: { name: "Valkey", version: "8.1.3" },
        upDays: 41,
        usedBytes: 612e6,
        mostBytes: 2e9,
        policy: "noeviction",
        clients: 148,
        roundTripMs: 0.31,
      },
    },
    frame,
  ),
  "/first": dashboardPage(
    {
      needs: { list: [], at: new Date(NOW), problem: undefined },
      stats: { ...stats, processed: 0, scheduled: 0, retries: 0, dead: 0, queues: [] },
      goals: {},
      metrics: { ...report, jobs: [] },
      processes: [],
      foremost: [],
      slots: new Map(),
      history,
      redis: {},
    },
    frame,
  ),
  "/busy": busyPage(
    {
      totals: { processes: 2, slots: 20, busy: 15, rssKib: 1_434_000, silent: 0 },
      fleet: { shown: [process, other], inSlots: slots, paging: { from: 1, shown: 2, total: 2 } },
      work: {
        shown: runs,
        by: [process, other],
        paging: { from: 1, shown: 2, total: 15, next: "/busy?page=2" },
      },
    },
    frame,
  ),
  ...QUEUE_PAGES(frame, { queues, processes: [process, other], entries, facets, narrow }),
  "/retries": setPage(
    {
      set: "retry",
      size: 486,
      entries,
      paging: { from: 1, shown: 3, total: 486, next: "/retries?page=2" },
      facets,
      narrow: narrow("/retries", HOSTILE),
      works: [WORK],
      chart: { set: "retry", fromMs: NOW, columnMs: MINUTE, values: [3, 0, 9] },
    },
    frame,
  ),
  "/morgue": setPage(
    {
      set: "dead",
      size: 4_318,
      entries,
      paging: { shown: 3, total: 4_318 },
      facets: undefined,
      narrow: narrow("/morgue", HOSTILE, HOSTILE),
      works: [],
    },
    frame,
  ),
  "/scheduled": setPage(
    {
      set: "schedule",
      size: 0,
      entries: [],
      paging: { shown: 0, total: 0 },
      narrow: narrow("/scheduled"),
      works: [],
      facets: undefined,
    },
    frame,
  ),
  ...JOB_PAGES(frame, entry),
  "/metrics": metricsPage({ report, period: "1h", chosen: [] }, frame),
  "/metrics/one": metricPage(
    { report: { ...period, job: metricsOf("Billing::CapturePaymentJob") }, period: "1h" },
    frame,
  ),
  "/morgue/all/delete": confirmPage(
    {
      question: html`Delete 4,318 dead jobs?`,
      text: html`They are gone for good.`,
      counts: [[html`${HOSTILE}`, 4_318]],
      path: "/morgue/all/delete",
      fields: {},
      verb: html`Delete 4,318 jobs`,
      back: "/morgue",
      typed: "4318",
      warning: html`Nobody brings them back.`,
    },
    frame,
  ),
  "/audit": AUDIT_PAGE(frame),
  ...BULK_PAGES(frame),
  ...SEARCH_PAGES(frame),
  "/away": redisAwayPage({ problem: `ECONNREFUSED ${HOSTILE}`, isAnswer: false }, frame),
  "/away/sent": redisAwayPage(
    { problem: `ECONNREFUSED ${HOSTILE}`, isAnswer: false, isSent: true, back: "/queues" },
    frame,
  ),
});
