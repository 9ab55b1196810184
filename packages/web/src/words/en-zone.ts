/** What is said of time zones, in English. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_ZONE = {
  "zone.label": "Time zone",
  "zone.auto": "that of this browser",
  "zone.auto_is": "that of this browser: {zone}",
  "zone.others": "All time zones…",
  "zone.heading": "Times are shown in {zone}",
  "zone.lead": "It is {now}. This browser keeps the choice.",
  "zone.typed_rule":
    "A time that is typed without a zone is read in this one. Of an hour that the clocks show twice the first is meant; a time that they skip is taken as much later as they skip.",
  "zone.files": "Files of the audit trail, /stats and days that Sidekiq counts stay in UTC.",
  "zone.needs_script":
    "A browser tells its zone by JavaScript, and this one has told none that is known here: times are shown in UTC.",
  "zone.chosen": "Times are shown in {zone}.",
  "zone.unknown": "No time zone is called {name}. Times are shown as before.",
  "zone.times": "times in {zone}",
  "zone.typed": "A time without a zone is read in {zone}.",
} as const satisfies Readonly<Record<string, Phrase>>;
