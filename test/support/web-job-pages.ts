/** The pages of jobs in each of their places, with names that an attacker chose. */
import { endedListPage, endedPage, jobGonePage, jobPage } from "./inside-web.ts";
import type { EntryView, Frame, Page } from "./inside-web.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";

const jobView = (place: "retry" | "running" | "queue" | "schedule" | "dead", entry: EntryView) => ({
  place,
  entry,
  path: "/jobs/abc",
  cancelledAt: undefined,
  events: [
    { kind: "created" as const, at: new Date(NOW - 1_140_000) },
    { kind: "failed" as const, at: new Date(NOW - 1_138_000), attempt: 1 },
    { kind: "enqueued" as const, at: new Date(NOW - 60_000) },
    { kind: "started" as const, at: new Date(NOW - 50_000) },
    { kind: "due" as const, at: new Date(NOW + 188_000) },
  ],
  iteration: undefined,
  backtrace: ["app/models/payment.rb:118:in 'Payment#capture!'", `/gems/x/lib/y.rb:1 ${HOSTILE}`],
  text: JSON.stringify({ class: HOSTILE }),
  sizeBytes: 658,
  isMasked: false,
  retries: 25,
  facts: [[HOSTILE, HOSTILE]] as const,
});

const ended = {
  at: new Date(NOW - 60_000),
  jid: HOSTILE,
  class: HOSTILE,
  queue: HOSTILE,
  as: HOSTILE,
  identity: HOSTILE,
  ms: 1_200,
  waitedMs: 300,
};

/** By their paths. */
export const JOB_PAGES = (frame: Frame, entry: EntryView): Readonly<Record<string, Page>> => ({
  "/retries/1-abc": jobPage(jobView("retry", entry), frame),
  "/jobs/running": jobPage(
    {
      ...jobView("running", entry),
      run: {
        process: HOSTILE,
        runAt: new Date(NOW - 250_000),
        isOverrunning: true,
        usualMs: 9_000,
        cancels: "yes",
      },
      iteration: { executions: 3, cursor: `"${HOSTILE}"`, runtimeSeconds: 71 },
    },
    frame,
  ),
  "/jobs/queued": jobPage(
    { ...jobView("queue", entry), ahead: 12, isUnrunnable: true, cancelledAt: new Date(NOW) },
    frame,
  ),
  "/jobs/scheduled": jobPage(jobView("schedule", entry), frame),
  "/jobs/dead": jobPage(jobView("dead", entry), frame),
  "/jobs/ended": endedPage(ended, frame, { looked: 4_318, canLookOn: true }),
  "/ended": endedListPage(
    [
      { job: ended },
      { job: { ...ended, as: "done", waitedMs: undefined } },
      { job: { ...ended, as: "late" }, hidden: HOSTILE },
    ],
    frame,
  ),
  "/jobs/gone": jobGonePage({ jid: HOSTILE, looked: 4_318, isComplete: false, canLookOn: true }, frame),
});
