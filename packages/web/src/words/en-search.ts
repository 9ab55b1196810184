/** What is said of errors and of what was searched for, in English. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_SEARCH = {
  "nav.errors": "Errors",
  "errors.heading": { one: "{count} error", other: "{count} errors" },
  "errors.heading_new": {
    one: "{count} error, new: {fresh}",
    other: "{count} errors, new: {fresh}",
  },
  "errors.lead":
    "What retries and dead jobs failed by, joined by the job’s class, the error’s class and its message; numbers, ids, addresses and quotations in a message count as one.",
  "errors.reading": "Errors are being read",
  "errors.none": "Nothing fails",
  "errors.none_why": "No job in the retry set or the dead set says what it failed by.",
  "errors.looked": "The {looked} jobs with the latest times were counted, of {total}.",
  "errors.most": "Most",
  "errors.newest": "Newest",
  "errors.jobs": "Jobs",
  "errors.now": "Where they are",
  "errors.first": "First",
  "errors.last": "Last",
  "errors.new": "new",
  "errors.since_deploy": "since {label}",
  "errors.unnamed": "Without a class",
  "errors.in": { one: "{count} in {set}", other: "{count} in {set}" },
  "errors.retry_of": "Retry all of {class} that failed by {error}",

  "edit.title": "Edit and retry",
  "edit.of": "Edit and retry {class}",
  "edit.lead":
    "It goes to its queue at once, with one failure taken back. Every byte that is not changed here stays as it is.",
  "edit.class": "Class that runs it",
  "edit.wrapped_class":
    "That is the job inside ActiveJob’s wrapper: it is written where pages read it, and where Ruby does.",
  "edit.no_class": "Nothing was changed: name the class that runs the job.",
  "edit.no_queue": "Nothing was changed: name the queue that it goes to.",
  "edit.args": "Arguments, as a JSON list",
  "edit.wrapped": "These are the arguments of a wrapper: the job’s own are inside.",
  "edit.masked":
    "Something among the arguments is masked for you: they cannot be edited here, and stay as they are.",
  "edit.bytes":
    "The arguments hold bytes that are no text (UTF-8), cannot be edited here, and stay as they are.",
  "edit.large": "The arguments are too large to be edited here, and stay as they are.",
  "edit.save": "Save and retry",

  "search.title": "Search",
  "search.heading": "What are you looking for?",
  "search.lead":
    "Jobs that run, wait, will run, will try again, or are dead, by class, queue, tag, error, id, time or text.",
  "search.found": { one: "{count} job found so far", other: "{count} jobs found so far" },
  "search.found_all": { one: "{count} job found", other: "{count} jobs found" },
  "search.none": "No job was found",
  "search.none_so_far": "No job was found so far",
  "search.looked": "{looked} of {total} looked at",
  "search.see": "See all there",
  "search.running": "Running",
  "search.on_queue": "On {queue}",
  "search.nothing_here": "None here.",
} as const satisfies Readonly<Record<string, Phrase>>;
