/** What is said of lists that are searched, in English. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_LISTS = {
  "narrow.hint": "class:HardJob error:Net::* text …",
  "narrow.words": "What can be looked for",
  "narrow.words_text":
    "Words about one field widen, words about several narrow. A * stands for any text, a - leaves out. Plain words are looked for in the arguments and in the error’s message.",
  "narrow.anywhere": "anywhere in the job: {text}",
  "narrow.by": "Narrow",
  "narrow.others": { one: "{count} of another", other: "{count} of others" },
  "narrow.counting": "Classes, queues and errors are being counted.",
  "narrow.matching": { one: "{count} job matches", other: "{count} jobs match" },
  "narrow.matching_unknown": "Jobs that match",
  "narrow.matching_of": {
    one: "{count} job matches; counted: {looked}",
    other: "{count} jobs match; counted: {looked}",
  },
  "narrow.whole": "All were looked at: {total}.",
  "narrow.part": "The first {looked} of {total} were counted.",
  "narrow.looked": {
    one: "{count} job looked at here, of {total}.",
    other: "{count} jobs looked at here, of {total}.",
  },
  "narrow.read_on": "Read on",
  "narrow.first": "To the beginning",
  "narrow.none_so_far": "None so far.",
  "chart.column_is": "a column is {span}",
  "chart.column_counted": "a column is {span}; counted on {n} of {total}",
  "set.chart_retry": "Next tries",
  "set.chart_schedule": "Runs",
  "set.chart_dead": "Deaths",
} as const satisfies Readonly<Record<string, Phrase>>;
