/** What is said of work on many jobs, in English. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_BULK = {
  "bulk.retry.question": { one: "Retry {count} job?", other: "Retry {count} jobs?" },
  "bulk.retry.button": { one: "Retry {count} job", other: "Retry {count} jobs" },
  "bulk.retry.follows": "Each goes to its queue now, with one failure taken back.",
  "bulk.retry.doing": {
    one: "{done} of {count} job put back on queues",
    other: "{done} of {count} jobs put back on queues",
  },
  "bulk.retry.done": {
    one: "{count} job was put back on queues.",
    other: "{count} jobs were put back on queues.",
  },
  "bulk.add_to_queue.question": { one: "Enqueue {count} job?", other: "Enqueue {count} jobs?" },
  "bulk.add_to_queue.button": { one: "Run {count} job now", other: "Run {count} jobs now" },
  "bulk.add_to_queue.follows": "Each goes to its queue now instead of at its time.",
  "bulk.add_to_queue.doing": {
    one: "{done} of {count} job put on queues",
    other: "{done} of {count} jobs put on queues",
  },
  "bulk.add_to_queue.done": {
    one: "{count} job was put on queues.",
    other: "{count} jobs were put on queues.",
  },
  "bulk.kill.question": { one: "Kill {count} job?", other: "Kill {count} jobs?" },
  "bulk.kill.button": { one: "Kill {count} job", other: "Kill {count} jobs" },
  "bulk.kill.follows": "They go to the dead set, and run again only when somebody says so.",
  "bulk.kill.doing": {
    one: "{done} of {count} job moved to the dead set",
    other: "{done} of {count} jobs moved to the dead set",
  },
  "bulk.kill.done": {
    one: "{count} job was moved to the dead set.",
    other: "{count} jobs were moved to the dead set.",
  },
  "bulk.delete.question": { one: "Delete {count} job?", other: "Delete {count} jobs?" },
  "bulk.delete.button": { one: "Delete {count} job", other: "Delete {count} jobs" },
  "bulk.delete.follows": "They are gone for good: nobody can bring them back.",
  "bulk.delete.doing": { one: "{done} of {count} job deleted", other: "{done} of {count} jobs deleted" },
  "bulk.delete.done": { one: "{count} job was deleted.", other: "{count} jobs were deleted." },
  "bulk.move.question": {
    one: "Move {count} job to another queue?",
    other: "Move {count} jobs to another queue?",
  },
  "bulk.move.button": { one: "Move {count} job", other: "Move {count} jobs" },
  "bulk.move.follows": "They wait again, at the end of that queue.",
  "bulk.move.follows_in_set":
    "They stay where they are, and go to that queue when their time comes, or when they are retried.",
  "bulk.move.doing": { one: "{done} of {count} job moved", other: "{done} of {count} jobs moved" },
  "bulk.move.done": {
    one: "{count} job was moved to another queue.",
    other: "{count} jobs were moved to another queue.",
  },
  "bulk.reschedule.question": {
    one: "Give {count} job another time?",
    other: "Give {count} jobs another time?",
  },
  "bulk.reschedule.button": { one: "Reschedule {count} job", other: "Reschedule {count} jobs" },
  "bulk.reschedule.follows": "At that time, and no sooner, each goes to its queue: several of them together.",
  "bulk.reschedule.doing": {
    one: "{done} of {count} job rescheduled",
    other: "{done} of {count} jobs rescheduled",
  },
  "bulk.reschedule.done": {
    one: "{count} job was given another time.",
    other: "{count} jobs were given another time.",
  },
  "target.when": "When",
  "target.when_note":
    "+2h for two hours from now (s, m, h, d and w), a date such as 2030-01-31 08:30, or seconds since 1970.",
  "target.time_missing": "Nothing was changed: say when they shall run.",
  "target.time_unknown":
    "Nothing was changed: {text} is no time. Write +2h for two hours from now, a date such as 2030-01-31 08:30, or seconds since 1970.",
  "target.time_past": "Nothing was changed: {text} is past. What shall run now needs no other time.",
  "target.no_queue": "Nothing was changed: name the queue that they go to.",
  "bulk.of_all": "All that are there now. What comes after this moment is not touched.",
  "bulk.of_filter":
    "All that match {text}, as counted just now. What comes after this moment is not touched.",
  "bulk.in_queue": "in {queue}",
  "bulk.counted":
    "Only the first {looked} of {total} were counted: more may match. The work goes through all of them.",
  "bulk.at_least": "at least {n}",
  "bulk.queue_cost":
    "To find a job on this queue Redis looks through up to {n} of them, and answers nobody else meanwhile: for about {span}.",
  "bulk.trims": "The dead set keeps fewer than {most}: the oldest of it are thrown away.",
  "bulk.to_late": {
    one: "{queue} is {span} behind already, and gets {count} job more.",
    other: "{queue} is {span} behind already, and gets {count} jobs more.",
  },
  "bulk.to_paused": {
    one: "{queue} is paused: {count} job will wait there.",
    other: "{queue} is paused: {count} jobs will wait there.",
  },
  "bulk.reason": "Why",
  "bulk.pace": "How fast",
  "bulk.at_once": "All at once",
  "bulk.spread": "Spread over {span}",
  "bulk.to": "To queue",
  "bulk.all_matching": "All that match ({n}):",
  "bulk.all_that_match": "All that match:",
  "bulk.move_ask": "Move all…",
  "bulk.title": "Work on many jobs",
  "bulk.lead": "What dashboards do to many jobs, and the last of what they did.",
  "bulk.none": "Nothing is done to many jobs just now",
  "bulk.unknown": "No such work is known here",
  "bulk.unknown_why":
    "Work on many jobs ends with the process of the dashboard that carries it out. What was done is known here for seven days, of the last fifty.",
  "bulk.end": "End it",
  "bulk.back": "To the list",
  "bulk.details": "Details",
  "bulk.jobs": "Which jobs",
  "bulk.by": "By",
  "bulk.started": "Began",
  "bulk.ended": "Ended",
  "bulk.fact_done": "Done",
  "bulk.fact_gone": "Had gone already",
  "bulk.fact_skipped": "No jobs: left alone",
  "bulk.fact_refused": "Not allowed: left alone",
  "bulk.refused": {
    one: "{count} job was left alone: {name} may not do this to it.",
    other: "{count} jobs were left alone: {name} may not do this to them.",
  },
  "bulk.fact_unsure": "May have come since: left alone",
  "bulk.unsure":
    "At most {n} left alone: nobody can tell them from what has come since. Begin again for the rest.",
  "bulk.lost_answer": "An answer of Redis was lost: more may be done than was counted.",
  "bulk.fact_looked": "Looked at",
  "bulk.state.running":
    "It goes on when you close this page, as long as this process of the dashboard lives. What is done stays done; begin again for the rest.",
  "bulk.state.ending": "It ends after the jobs that are on their way.",
  "bulk.state.done": "All of them were gone through.",
  "bulk.state.cancelled": "Somebody has ended it. What was done stays done.",
  "bulk.state.failed": "It could not go on. What was done stays done; begin again for the rest.",
  "bulk.state.waiting":
    "Redis does not answer as it should. The work waits, goes on by itself when that is over, and gives up after ten minutes.",
  "bulk.state.lost":
    "The process of the dashboard that did it has ended. What was done stays done, and nothing goes on with the rest.",
  "bulk.rest": "Do the rest…",
  "bulk.process": "Process",
} as const satisfies Readonly<Record<string, Phrase>>;
