/** What there is to do on the pages of the dashboard, and what it leaves of the jobs of small-world.ts. */
import { DIED, LATER, SCORE } from "./small-world.ts";
import type { ALL } from "./small-world.ts";

const ARGS = "Arguments, as a JSON list";

/** What somebody does on a page. */
export interface Deed {
  readonly path: string;
  /** The names of the jobs to tick first. */
  readonly ticks?: readonly string[];
  /** What to press, one after the other; behind the first, on the question that it asks. */
  readonly presses: readonly string[];
  /** What to write before the last of them, by the names of the fields. */
  readonly writes?: Readonly<Record<string, string>>;
  /** What differs afterwards from how it was. */
  readonly leaves: Partial<typeof ALL>;
}

/** On lists: each by mouse and by keyboard. */
export const ON_LISTS: readonly Deed[] = [
  { path: "/retries", ticks: ["a", "c"], presses: ["Retry"], leaves: { retry: "b", low: "acjkl" } },
  { path: "/retries", ticks: ["a", "c"], presses: ["Kill"], leaves: { retry: "b", dead: "acghi" } },
  { path: "/retries", ticks: ["a", "c"], presses: ["Delete"], leaves: { retry: "b" } },
  { path: "/retries", presses: ["Retry all…", "Retry 3 jobs"], leaves: { retry: "", low: "abcjkl" } },
  { path: "/retries", presses: ["Kill all…", "Kill 3 jobs"], leaves: { retry: "", dead: "abcghi" } },
  { path: "/retries", presses: ["Delete all…", "Delete 3 jobs"], leaves: { retry: "" } },
  { path: `/retries/${SCORE}-b`, presses: ["Retry now"], leaves: { retry: "ac", low: "bjkl" } },
  { path: `/retries/${SCORE}-b`, presses: ["Kill…", "Kill"], leaves: { retry: "ac", dead: "bghi" } },
  { path: `/retries/${SCORE}-b`, presses: ["Delete…", "Delete"], leaves: { retry: "ac" } },
  { path: "/scheduled", ticks: ["d"], presses: ["Run now"], leaves: { schedule: "ef", low: "djkl" } },
  { path: "/scheduled", ticks: ["d"], presses: ["Delete"], leaves: { schedule: "ef" } },
  {
    path: "/scheduled",
    presses: ["Run all now…", "Run 3 jobs now"],
    leaves: { schedule: "", low: "defjkl" },
  },
  { path: "/scheduled", presses: ["Delete all…", "Delete 3 jobs"], leaves: { schedule: "" } },
  { path: `/scheduled/${SCORE}-e`, presses: ["Run now"], leaves: { schedule: "df", low: "ejkl" } },
  { path: `/scheduled/${SCORE}-e`, presses: ["Delete…", "Delete"], leaves: { schedule: "df" } },
  { path: "/morgue", ticks: ["i"], presses: ["Retry"], leaves: { dead: "gh", low: "ijkl" } },
  { path: "/morgue", ticks: ["g", "h"], presses: ["Delete"], leaves: { dead: "i" } },
  { path: "/morgue", presses: ["Retry all…", "Retry 3 jobs"], leaves: { dead: "", low: "ghijkl" } },
  { path: "/morgue", presses: ["Delete all…", "Delete 3 jobs"], leaves: { dead: "" } },
  { path: `/morgue/${DIED}-h`, presses: ["Retry now"], leaves: { dead: "gi", low: "hjkl" } },
  { path: `/morgue/${DIED}-h`, presses: ["Delete…", "Delete"], leaves: { dead: "gi" } },
  { path: "/queues", presses: ["Pause low", "Resume low"], leaves: {} },
  { path: "/queues", presses: ["Pause low"], leaves: { paused: "low" } },
  { path: "/queues/low", presses: ["Pause low"], leaves: { paused: "low" } },
  { path: "/queues/low", ticks: ["k"], presses: ["Delete"], leaves: { low: "jl" } },
  { path: "/queues/low", presses: ["Clear…", "Delete 3 jobs"], leaves: { low: "" } },
  { path: "/busy", presses: ["Quiet worker-1:1"], leaves: { signals: "a:TSTP" } },
  { path: "/busy", presses: ["Stop worker-2:2", "Stop"], leaves: { signals: "b:TERM" } },
  { path: "/busy", presses: ["Quiet all…", "Quiet"], leaves: { signals: "a:TSTP b:TSTP" } },
  { path: "/busy", presses: ["Stop all…", "Stop"], leaves: { signals: "a:TERM b:TERM" } },
  // Who is asked may say no.
  { path: "/morgue", presses: ["Delete all…", "Cancel"], leaves: {} },
];

/** The same buttons and questions in other places: by turns by mouse or by keyboard, unless all is asked for. */
export const ELSEWHERE: readonly Deed[] = [
  { path: "/busy", presses: ["Cancel HardJob", "Cancel the job"], leaves: { cancelled: "m" } },

  { path: "/jobs/b", presses: ["Retry now"], leaves: { retry: "ac", low: "bjkl" } },
  { path: "/jobs/b", presses: ["Kill…", "Kill"], leaves: { retry: "ac", dead: "bghi" } },
  { path: "/jobs/b", presses: ["Delete…", "Delete"], leaves: { retry: "ac" } },
  {
    path: "/jobs/b",
    presses: ["Edit and retry", "Save and retry"],
    writes: { "Class that runs it": "EasyJob", [ARGS]: "[2]", Queue: "high" },
    leaves: { retry: "ac", high: "b", edited: "b EasyJob[2] on high" },
  },
  { path: "/jobs/e", presses: ["Run now"], leaves: { schedule: "df", low: "ejkl" } },
  { path: "/jobs/e", presses: ["Delete…", "Delete"], leaves: { schedule: "df" } },
  {
    path: "/jobs/e",
    presses: ["Edit and retry", "Save and retry"],
    writes: { Queue: "high" },
    leaves: { schedule: "df", high: "e", edited: "e on high" },
  },
  { path: "/jobs/h", presses: ["Retry now"], leaves: { dead: "gi", low: "hjkl" } },
  { path: "/jobs/h", presses: ["Delete…", "Delete"], leaves: { dead: "gi" } },
  {
    path: "/jobs/h",
    presses: ["Edit and retry", "Save and retry"],
    writes: { [ARGS]: "[2]" },
    leaves: { dead: "gi", low: "hjkl", edited: "h[2]" },
  },
  { path: "/jobs/k", presses: ["Kill…", "Kill"], leaves: { dead: "ghik", low: "jl" } },
  { path: "/jobs/k", presses: ["Delete…", "Delete"], leaves: { low: "jl" } },
  { path: "/jobs/m", presses: ["Cancel…", "Cancel the job"], leaves: { cancelled: "m" } },

  // Of one row.
  { path: "/retries", presses: [`Retry: HardJob ${SCORE}-b`], leaves: { retry: "ac", low: "bjkl" } },
  {
    path: "/retries",
    presses: [`Kill: HardJob ${SCORE}-b`, "Kill"],
    leaves: { retry: "ac", dead: "bghi" },
  },
  { path: "/retries", presses: [`Delete: HardJob ${SCORE}-b`, "Delete"], leaves: { retry: "ac" } },
  { path: "/scheduled", presses: [`Run now: HardJob ${SCORE}-e`], leaves: { schedule: "df", low: "ejkl" } },
  { path: "/scheduled", presses: [`Delete: HardJob ${SCORE}-e`, "Delete"], leaves: { schedule: "df" } },
  { path: "/morgue", presses: [`Retry: HardJob ${DIED}-h`], leaves: { dead: "gi", low: "hjkl" } },
  { path: "/morgue", presses: [`Delete: HardJob ${DIED}-h`, "Delete"], leaves: { dead: "gi" } },

  // Other times and other queues.
  {
    path: "/retries",
    ticks: ["a", "c"],
    presses: ["Reschedule…", "Reschedule 2 jobs"],
    writes: { When: LATER },
    leaves: { later: "ac" },
  },
  {
    path: "/scheduled",
    presses: ["Reschedule all…", "Reschedule 3 jobs"],
    writes: { When: LATER },
    leaves: { later: "def" },
  },
  {
    path: "/jobs/e",
    presses: ["Reschedule…", "Reschedule 1 job"],
    writes: { When: LATER },
    leaves: { later: "e" },
  },
  {
    path: "/scheduled",
    ticks: ["d"],
    presses: ["Move…", "Move 1 job"],
    writes: { "To queue": "high" },
    leaves: { edited: "d on high" },
  },
  {
    path: "/morgue",
    presses: ["Move all…", "Move 3 jobs"],
    writes: { "To queue": "high" },
    leaves: { edited: "g on highh on highi on high" },
  },

  ...(
    [
      ["/jobs/b", { edited: "b on high" }],
      ["/jobs/e", { edited: "e on high" }],
      ["/jobs/h", { edited: "h on high" }],
      ["/jobs/k", { low: "jl", high: "k", edited: "k on high" }],
      [`/retries/${SCORE}-b`, { edited: "b on high" }],
      [`/scheduled/${SCORE}-e`, { edited: "e on high" }],
      [`/morgue/${DIED}-h`, { edited: "h on high" }],
    ] as const
  ).map(([path, leaves]): Deed => ({
    path,
    presses: ["Move…", "Move 1 job"],
    writes: { "To queue": "high" },
    leaves,
  })),
  ...(
    [
      ["/retries", ["c"], { edited: "c on high" }],
      ["/morgue", ["i"], { edited: "i on high" }],
      ["/queues/low", ["k"], { low: "jl", high: "k", edited: "k on high" }],
    ] as const
  ).map(([path, ticks, leaves]): Deed => ({
    path,
    ticks,
    presses: ["Move…", "Move 1 job"],
    writes: { "To queue": "high" },
    leaves,
  })),
  ...(
    [
      ["/retries", "a on highb on highc on high"],
      ["/scheduled", "d on highe on highf on high"],
    ] as const
  ).map(([path, edited]): Deed => ({
    path,
    presses: ["Move all…", "Move 3 jobs"],
    writes: { "To queue": "high" },
    leaves: { edited },
  })),
  ...[`/retries/${SCORE}-b`, "/jobs/b", `/scheduled/${SCORE}-e`].map((path): Deed => ({
    path,
    presses: ["Reschedule…", "Reschedule 1 job"],
    writes: { When: LATER },
    leaves: { later: path.slice(-1) },
  })),
  {
    path: "/retries",
    presses: ["Reschedule all…", "Reschedule 3 jobs"],
    writes: { When: LATER },
    leaves: { later: "abc" },
  },
  {
    path: "/scheduled",
    ticks: ["f"],
    presses: ["Reschedule…", "Reschedule 1 job"],
    writes: { When: LATER },
    leaves: { later: "f" },
  },

  // What is killed before its time, or before its turn.
  { path: "/scheduled", ticks: ["d"], presses: ["Kill"], leaves: { schedule: "ef", dead: "dghi" } },
  { path: "/scheduled", presses: ["Kill all…", "Kill 3 jobs"], leaves: { schedule: "", dead: "defghi" } },
  {
    path: "/scheduled",
    presses: [`Kill: HardJob ${SCORE}-e`, "Kill"],
    leaves: { schedule: "df", dead: "eghi" },
  },
  {
    path: `/scheduled/${SCORE}-e`,
    presses: ["Kill…", "Kill"],
    leaves: { schedule: "df", dead: "eghi" },
  },
  { path: "/queues/low", ticks: ["j", "l"], presses: ["Kill"], leaves: { low: "k", dead: "ghijl" } },
  { path: "/queues/low", presses: ["Kill: HardJob k", "Kill"], leaves: { low: "jl", dead: "ghik" } },

  // Questions to which Sidekiq::Web's bookmarks and other tools lead: no button of a page does.
  { path: "/jobs/b/retry", presses: ["Retry"], leaves: { retry: "ac", low: "bjkl" } },
  { path: "/jobs/e/add_to_queue", presses: ["Run now"], leaves: { schedule: "df", low: "ejkl" } },
  { path: `/retries/${SCORE}-b/retry`, presses: ["Retry"], leaves: { retry: "ac", low: "bjkl" } },
  {
    path: `/scheduled/${SCORE}-e/add_to_queue`,
    presses: ["Run now"],
    leaves: { schedule: "df", low: "ejkl" },
  },
  { path: `/morgue/${DIED}-h/retry`, presses: ["Retry"], leaves: { dead: "gi", low: "hjkl" } },

  { path: "/queues/low", presses: ["Pause low", "low", "Resume low"], leaves: {} },

  // Of those that a filter means.
  { path: "/retries?q=jid:b", presses: ["Kill all…", "Kill 1 job"], leaves: { retry: "ac", dead: "bghi" } },
  {
    path: "/queues/low?q=jid:k",
    presses: ["Move all…", "Move 1 job"],
    writes: { "To queue": "high" },
    leaves: { low: "jl", high: "k", edited: "k on high" },
  },
  { path: "/queues/low", presses: ["Kill all…", "Kill 3 jobs"], leaves: { low: "", dead: "ghijkl" } },
  { path: "/queues/low?q=jid:k", presses: ["Kill all…", "Kill 1 job"], leaves: { low: "jl", dead: "ghik" } },
  { path: "/queues/low?q=jid:k", presses: ["Delete all…", "Delete 1 job"], leaves: { low: "jl" } },
  {
    path: "/errors?q=-jid:g",
    presses: ["Retry all of HardJob that failed by Boom", "Retry 3 jobs"],
    leaves: { retry: "", low: "abcjkl" },
  },
  // Most of those that failed by it are dead, or as many.
  {
    path: "/errors",
    presses: ["Retry all of HardJob that failed by Boom", "Retry 3 jobs"],
    leaves: { dead: "", low: "ghijkl" },
  },

  { path: "/cron", presses: ["Run often now"], leaves: { high: "*" } },
  // Ruby is there, and the entry does not say what its job is.
  { path: "/cron", presses: ["Run nightly now", "Run as a plain job"], leaves: { high: "*" } },
  { path: "/cron", presses: ["Disable nightly"], leaves: { cron: "nightly:disabled often:disabled" } },
  { path: "/cron", presses: ["Enable often"], leaves: { cron: "nightly:enabled often:enabled" } },
  {
    path: "/cron",
    presses: ["Disable all…", "Disable"],
    leaves: { cron: "nightly:disabled often:disabled" },
  },
  { path: "/cron", presses: ["Enable all…", "Enable"], leaves: { cron: "nightly:enabled often:enabled" } },
  { path: "/cron", presses: ["Run all now…", "Run now"], leaves: { high: "*" } },
  { path: "/cron", presses: ["Delete all…", "Delete"], leaves: { cron: "" } },
  { path: "/cron/often", presses: ["Run often now"], leaves: { high: "*" } },
  { path: "/cron/nightly", presses: ["Run nightly now", "Run as ActiveJob"], leaves: { high: "*" } },
  {
    path: "/cron/nightly",
    presses: ["Disable nightly"],
    leaves: { cron: "nightly:disabled often:disabled" },
  },
  { path: "/cron/often", presses: ["Enable often"], leaves: { cron: "nightly:enabled often:enabled" } },
  { path: "/cron/often", presses: ["Delete…", "Delete"], leaves: { cron: "nightly:enabled" } },
  // As it stands by itself: bookmarks of sidekiq-cron lead there.
  { path: "/cron/__all__/enqueue", presses: ["Run now"], leaves: { high: "*" } },

  // Of a row, whatever is ticked.
  {
    path: "/retries",
    ticks: ["a"],
    presses: [`Retry: HardJob ${SCORE}-b`],
    leaves: { retry: "ac", low: "bjkl" },
  },
  { path: "/morgue", presses: [`Delete: HardJob ${DIED}-h`, "Delete"], leaves: { dead: "gi" } },
  { path: "/queues/low", presses: ["Delete: HardJob k", "Delete"], leaves: { low: "jl" } },
];
