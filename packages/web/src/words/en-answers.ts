/** What is said after something was done, asked or refused, in English. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_ANSWERS = {
  "said.gone": { one: "{count} job had gone already.", other: "{count} jobs had gone already." },
  "said.malformed": "What is no job can only be deleted. Left alone: {n}.",
  "said.moved": "It was not done: the job is somewhere else by now.",
  "said.cancelled": "It is cancelled, and is told so within a few seconds.",
  "said.not_cancelled": "It was not cancelled: Ruby tells iterable jobs alone, from Sidekiq 7.3.3 on.",
  "said.paused": "{name} is paused. Jobs may still be pushed to it.",
  "said.resumed": "{name} is no longer paused.",
  "said.cleared": {
    one: "{name} was cleared of {count} job.",
    other: "{name} was cleared of {count} jobs.",
  },
  "said.process_gone": "That process has gone already.",
  "said.process_embedded": "{name} runs inside another program, which alone may stop it.",
  "said.quiet": "{name} takes no more jobs from its next beat, within 10 s.",
  "said.stop": "{name} stops from its next beat, within 10 s.",
  "said.quiet_all": {
    one: "{count} process was told to take no more jobs; it does so at its next beat, within 10 s.",
    other: "{count} processes were told to take no more jobs; each does so at its next beat, within 10 s.",
  },
  "said.stop_all": {
    one: "{count} process was told to stop; it does so at its next beat, within 10 s.",
    other: "{count} processes were told to stop; each does so at its next beat, within 10 s.",
  },
  "said.unwritten": "That could not be written to the audit trail: Redis refused it.",

  "refuse.read_only": "This dashboard is read-only.",
  "refuse.role": "Needs the role {role}.",
  "refuse.rule": "You may not do this.",
  "refuse.no_page": "There is no such page.",
  "refuse.no_queue": "There is no such queue.",
  "refuse.no_job": "There is no such job.",
  "refuse.method": "This page takes no such request.",
  "refuse.large_form": "This form is too large. Tick fewer rows.",
  "refuse.reason": "Say why: the reason is missing.",
  "refuse.too_often": "Too many requests. Try again in {n} s.",
  "refuse.unread": "Nothing was changed: {problem}",
  "refuse.other_filter": "Nothing was changed: the filter has not come back as it was asked with. Ask again.",
  "refuse.typed": "Nothing was changed: type {text} to go on.",
  "refuse.many_ticked": {
    one: "Nothing was changed: expected at most {most} ticked jobs, got {count}. Use a filter and what stands beside “All” for more.",
    other:
      "Nothing was changed: expected at most {most} ticked jobs, got {count}. Use a filter and what stands beside “All” for more.",
  },
  "refuse.many_works":
    "Nothing was changed: five such works go on already. Wait for one of them to end, or end it.",
  "refuse.masked": "Nothing was changed: arguments of which something is masked cannot be edited here.",
  "refuse.forged":
    "Nothing was changed: {why}. Where a proxy changes the host, give `origins` to createWeb().",
  "refuse.away": "Redis does not answer: {problem}",
  "refuse.failed": "This page failed. The log of the dashboard says why, if it has a `logger`.",

  "ask.clear": { one: "Clear {name} of {count} job?", other: "Clear {name} of {count} jobs?" },
  "ask.clear_text": "What waits there is deleted, and nobody can bring it back. What runs goes on.",
} as const satisfies Readonly<Record<string, Phrase>>;
