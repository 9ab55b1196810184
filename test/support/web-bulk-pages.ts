/** The pages of work on many jobs, with names that an attacker chose. */
import { bulkConfirmPage, BulkWork, bulkWorkPage, bulkWorksPage, retargetPage } from "./inside-web.ts";
import type { BulkConfirmView, Frame, Page } from "./inside-web.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";

export const WORK = new BulkWork(
  {
    id: "a-work-of-this-id",
    verb: "retry",
    action: "set.retry",
    subject: { set: "retry" },
    list: "/retries",
    filter: HOSTILE,
    expected: 1_300,
    perSecond: 2,
    target: { queue: HOSTILE, at: new Date(NOW) },
    by: HOSTILE,
    reason: HOSTILE,
  },
  () => new Promise(() => {}),
);
const unsure = {
  order: { ...WORK.order, id: "another-work-of-this-id" },
  report: { done: 84, gone: 11, skipped: 0, unsure: 5, looked: 100, isAborted: false },
  refused: 0,
  startedAt: new Date(NOW),
  endedAt: new Date(NOW),
  problem: undefined,
  hasLostAnswer: true,
  state: "done" as const,
};
const counts = { values: [{ value: HOSTILE, count: 1_300 }], others: 3 };
const asked: BulkConfirmView = {
  id: "a-question-of-this-id",
  list: "/queues/critical",
  verb: "kill",
  filter: HOSTILE,
  isCounted: true,
  preview: {
    count: 1_303,
    class: counts,
    queue: counts,
    asOf: new Date(NOW),
    upTo: 1,
    newest: [],
    ahead: [],
    looked: 4_318,
    total: 4_318,
    isComplete: true,
  },
  count: 1_303,
  queues: [
    { name: HOSTILE, size: 214, latency: 2_460, paused: false },
    { name: "webhooks", size: 96, latency: 3_060, paused: true },
  ],
  follows: [
    { kind: "late", queue: HOSTILE, count: 1_300, latency: 2_460 },
    { kind: "paused", queue: HOSTILE, count: 1_300 },
    { kind: "unserved", queue: HOSTILE, count: 1_300 },
    { kind: "trims", most: 10_000 },
  ],
};

/** By their paths. */
export const BULK_PAGES = (frame: Frame): Readonly<Record<string, Page>> => ({
  "/morgue/all/kill": bulkConfirmPage(asked, frame),
  "/queues/critical/all/move": bulkConfirmPage({ ...asked, verb: "move", filter: "" }, frame),
  "/retries/all/reschedule": bulkConfirmPage(
    {
      ...asked,
      list: "/retries",
      verb: "reschedule",
      typed: { text: HOSTILE, problem: "target.time_unknown" },
      reason: HOSTILE,
    },
    frame,
  ),
  "/retries/move": retargetPage(
    {
      verb: "move",
      path: "/retries",
      keys: [HOSTILE, "2-b"],
      count: 2,
      classes: [HOSTILE, undefined],
      follows: "bulk.move.follows_in_set",
      back: "/retries",
      from: HOSTILE,
      queues: [HOSTILE],
    },
    frame,
  ),
  "/morgue/all/retry": bulkConfirmPage({ ...asked, verb: "retry" }, frame),
  "/bulk/one": bulkWorkPage(WORK, frame),
  "/bulk/unsure": bulkWorkPage(unsure, frame),
  "/bulk/none": bulkWorkPage(undefined, frame),
  "/bulk": bulkWorksPage([WORK, unsure], frame),
});
