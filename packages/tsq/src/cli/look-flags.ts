/** Flags of the commands that look, and of those that take a filter. */
import { REDIS } from "./flags.ts";
import type { Flag } from "./command.ts";

export interface LookFlags {
  readonly watch?: true | string;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly redis?: string;
}

export interface ListFlags extends LookFlags {
  readonly where?: string;
  readonly limit?: string;
}

export const WHERE: Flag = {
  option: "--where <query>",
  tells: "only jobs that it means, as in the dashboard's search box",
};

export const LOOK_FLAGS = {
  watch: {
    option: "--watch [seconds]",
    tells: "again every so many seconds, until Ctrl-C (default: 2)",
  },
  json: { option: "--json", tells: "print one JSON document" },
  jsonl: { option: "--jsonl", tells: "print a line of JSON for each" },
  redis: REDIS,
} satisfies Record<string, Flag>;

export const LIST_FLAGS = {
  where: WHERE,
  limit: { option: "-n, --limit <n>", tells: "show so many (default: 25; with --jsonl all)" },
  ...LOOK_FLAGS,
} satisfies Record<string, Flag>;

/** What a query is made of, for `--help`. */
export const QUERY_HELP = `A query is words, as in the dashboard's search box:
  class:HardJob  queue:low  tag:import  error:Net::*  jid:4f2b…  group:5f0c…
  after:2h  before:2030-01-31T08:30Z     when due, died or enqueued
  ada  "card declined"                   in the arguments or the error's message
  -queue:low                             leaves out what the word finds
* stands for any text. Of several words about one field one must hold, of all
else each.`;

export const EXIT_CODES = `Exit codes: 0 done; 1 bad usage, bad configuration or no Redis.`;
