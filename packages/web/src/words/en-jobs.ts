/** What the pages of a job and of what runs say, in English. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_JOBS = {
  "state.waiting": "Waiting",
  "state.cancelled": "Cancelled",

  "time.started": "Began to run",
  "time.failed_once": "Failed",
  "time.attempt_failed": "Attempt {n} failed",
  "time.cancelled": "Cancelled",
  "time.discarded": "Discarded",
  "time.in_queue": "in {name}",
  "time.waited": "after waiting for {span}",
  "time.on": "on {name}",
  "time.on_after": "on {name}, after waiting for {span}",

  "place.next": "It is the next one on {name}.",
  "place.ahead": {
    one: "{count} job is ahead of it on {name}.",
    other: "{count} jobs are ahead of it on {name}.",
  },
  "place.retry": "It has failed, and tries again: {when}.",
  "place.schedule": "It goes to its queue at its time: {when}.",
  "place.retry_due": "It has failed, and its next try was due {when}.",
  "place.schedule_due": "It was due on its queue {when}, and is not there yet.",
  "time.was_due": "was due {time}",
  "place.dead": "It died {when}, and runs again only if someone says so.",
  "place.taken": "{name} has taken it, and tells more of it at its next beat.",
  "place.running": "{name} has run it for {span}.",
  "place.usual": "A run of its class takes {span} on average.",
  "place.times": "This one takes {n} × as long so far.",
  "place.nobody": "No process that serves its queue can run it: none of them has this class.",

  "cancel.already": "Cancelled already: it ends as soon as it hears of it",
  "cancel.ruby": "Ruby cancels iterable jobs only, and this one has written no state of one",
  "cancel.old": "The Sidekiq that runs it cancels nothing: that came with 7.3.3",

  "ask.retry": "Retry {name} now?",
  "ask.retry_text": "It goes onto its queue.",
  "ask.add_to_queue": "Run {name} now?",
  "ask.add_to_queue_text": "It goes onto its queue before its time.",
  "ask.kill": "Kill {name}?",
  "ask.kill_text": "It moves to the dead jobs, and runs again only if someone says so.",
  "ask.delete": "Delete {name}?",
  "ask.delete_text": "Nobody can bring it back.",
  "ask.reschedule": "Give {name} another time?",
  "ask.move": "Move {name} to another queue?",
  "ask.cancel": "Cancel {name}?",
  "ask.cancel_text":
    "Its run is told to end, within seconds. What it has done until then stays, and it does not run again.",
  "verb.cancel_job": "Cancel the job",
  "verb.cancel_of": "Cancel {name}",

  "job.context": "Context",
  "job.download": "Download all of it",
  "job.download_masked": "Something in it is not shown to you, so there is no file of it",
  "job.progress": "Progress",
  "job.cursor": "Goes on at",
  "job.executions": "Runs so far",
  "job.runtime": "Time of the runs before",
  "job.retry_times": { one: "{count} time", other: "{count} times" },
  "job.retry_never": "never",
  "job.retry_option": "Retries",
  "job.process": "Process",
  "job.own_page": "Its page, wherever it is",

  "gone.title": "No such job",
  "gone.heading": "No job has the jid {jid}",
  "gone.unsure": "No job with the jid {jid} was found so far",
  "gone.looked": {
    one: "Looked at: what runs, retries, dead and scheduled jobs, and the {count} job that waits on a queue.",
    other:
      "Looked at: what runs, retries, dead and scheduled jobs, and all {count} jobs that wait on queues.",
  },
  "gone.looked_none":
    "Looked at: what runs, retries, dead and scheduled jobs, and the queues, which are empty.",
  "gone.looked_part":
    "Looked at: what runs, retries, dead and scheduled jobs, and the first {n} of the jobs that wait on queues.",
  "gone.look_on": "Look through all that wait",
  "gone.means": "What that can mean",
  "gone.done": "It is done",
  "gone.done_why": "Sidekiq keeps no job that has ended well. The log of its worker has its jid.",
  "gone.deleted": "It was deleted",
  "gone.deleted_why":
    "By hand, with its queue or its set, or by a job or a client middleware that gave it up.",
  "gone.expired": "It was dead for too long",
  "gone.expired_why":
    "The dead set keeps the newest 10,000 jobs for 180 days, unless it was told otherwise. The rest is forgotten.",
  "gone.elsewhere": "It is elsewhere",
  "gone.elsewhere_why": "In another Redis or another database, or it was never pushed. This is {server}.",
  "ended.note":
    "Its worker has kept that it ended, and when. The job itself is gone: nothing can be done to it any more.",
  "ended.part":
    "Only the first {n} of the jobs that wait on queues were looked at: it may wait again behind them.",
  "ended.ended": "Ended",
  "ended.how": "How it ended",
  "ended.ran": "Ran for",
  "ended.waited": "Waited for",
  "ended.dropped": "Failed, without a retry",
  "ended.late": "Too late: its deadline had passed",
  "ended.list": "Jobs that have ended",
  "ended.list_note": "The newest that workers of tsq have kept; where many end, a sample of them.",
  "ended.none": "None was kept: workers of tsq keep the newest, Ruby’s keep none.",
} as const satisfies Readonly<Record<string, Phrase>>;
