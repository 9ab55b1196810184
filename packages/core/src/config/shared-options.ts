/** Options that several classes take: one row, and so one answer, for each of them. */
import type { WireOption } from "../redis/wire-fleet.ts";
import type { Kind, Option } from "./option.ts";
import { integer } from "./numbers.ts";
import { oneOf } from "./texts.ts";

/** Another one would write times that no generation reads. */
export const WIRE = {
  ...(oneOf("auto", 7, 8) satisfies Kind<WireOption>),
  tells:
    "how times are written: 8 as integer milliseconds, 7 as float seconds; `auto` looks at the Ruby processes that are alive",
  fallback: "auto",
} satisfies Option<WireOption>;

const NO_DEAD_JOBS = "To keep no dead jobs at all, define the jobs with `dead: false`.";

/** What stays in the dead set. Zero of either would make the trim remove what was just added. */
export const DEAD_SET = {
  deadMaxJobs: {
    ...integer({ from: 1, example: 10_000, remedy: () => NO_DEAD_JOBS }),
    tells: "the dead set keeps one less, as Sidekiq's does",
    fallback: 10_000,
    yaml: "dead_max_jobs",
  },
  deadTimeoutInSeconds: {
    ...integer({ from: 1, example: 15_552_000, remedy: () => NO_DEAD_JOBS }),
    tells: "how many seconds a job stays in the dead set",
    fallback: 15_552_000,
    usual: "180 days",
    yaml: "dead_timeout_in_seconds",
  },
} satisfies Record<string, Option<number>>;

const USUAL_DEAD_MOST = DEAD_SET.deadMaxJobs.fallback;

/**
 * From how many jobs on the dead set loses its oldest, for a warning before a kill. Where no limit was said it is the
 * workers' usual one, unless more are there already: then they have another one.
 */
export const deadMostOf = (limit: number, dead: number): number =>
  limit === Infinity && dead < USUAL_DEAD_MOST ? USUAL_DEAD_MOST : limit;
