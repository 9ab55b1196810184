/** What jobs there are, by class, queue, error and tag: the newest of them, or all. */
import type { JobRecord } from "../job-record.ts";
import { filterOf } from "./filter.ts";
import { errorClassOf } from "./filter-match.ts";
import { checkLook, look } from "./look.ts";
import type { LookedSoFar, LookOptions } from "./look.ts";
import type { Slices } from "./slices.ts";
import { Tally } from "./tally.ts";
import type { Counts } from "./tally.ts";

/** How many jobs have which class, queue, error and tag; each value finds them again, as a literal word of a filter. */
export interface Facets extends LookedSoFar {
  /** How many of those that were looked at the filter means. */
  readonly count: number;
  /** How many of them are no job: no JSON, or no object. */
  readonly malformed: number;
  readonly class: Counts;
  readonly queue: Counts;
  /** The class of the last error. */
  readonly error: Counts;
  readonly tag: Counts;
}

/** What is counted, and how far. */
export interface FacetOptions extends LookOptions {
  /**
   * Told of each job that the filter means when it is due, has died or was enqueued, in milliseconds since 1970: NaN of one that
   * does not say.
   */
  onTime?: ((atMs: number) => void) | undefined;
}

export const facetsOf = async <T extends JobRecord>(
  slices: Slices<T>,
  { onTime, ...options }: FacetOptions,
): Promise<Facets> => {
  checkLook("facets", options);
  const tallies = { class: new Tally(), queue: new Tally(), error: new Tally(), tag: new Tally() };
  let count = 0;
  let malformed = 0;
  const add = (tally: Tally, value: string | undefined): void => {
    if (value !== undefined) tally.add(value);
  };
  const sofar = await look(slices, filterOf(options.filter ?? ""), options, (job) => {
    count++;
    onTime?.(slices.atMs(job));
    if (job.error) malformed++;
    add(tallies.class, job.displayClass);
    add(tallies.queue, job.queue);
    add(tallies.error, errorClassOf(job));
    for (const tag of new Set(job.tags)) tallies.tag.add(tag);
  });
  return {
    ...sofar,
    count,
    malformed,
    class: tallies.class.counts(),
    queue: tallies.queue.counts(),
    error: tallies.error.counts(),
    tag: tallies.tag.counts(),
  };
};
