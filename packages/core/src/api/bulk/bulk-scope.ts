/** Which jobs bulk work is about: what was there when somebody looked, so that nobody deletes what he has not seen. */
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import type { JobRecord } from "../job-record.ts";
import { filterOf } from "../search/filter.ts";
import type { Filter, FilterSource } from "../search/filter.ts";
import type { LookedSoFar } from "../search/look.ts";
import { Tally } from "../search/tally.ts";
import type { Counts } from "../search/tally.ts";

/** Which jobs. */
export interface BulkScope {
  /** All that it means. @default all */
  filter?: FilterSource;
  /** Only these: in a set the `id` of its entries, on a queue the jids. @default all */
  ids?: readonly string[] | undefined;
  /** What came later is left out: `asOf` of a preview. On a queue it is by `newest` where that is given. @default now */
  asOf?: Date | undefined;
  /** In a set, what has a higher score is left out: `upTo` of a preview. @default the highest there is */
  upTo?: number | undefined;
  /**
   * On a queue, what was pushed after the first of these that is still there is left out, by its place: `newest` of a preview. Of
   * time nothing is asked then, as whoever pushes has a clock of their own.
   *
   * @default what is there when the work begins
   */
  newest?: readonly string[] | undefined;
  /**
   * In a set, what seems to have come later and was there all the same: `ahead` of a preview.
   *
   * @default of the dead set what has died in the future when the work begins, without `asOf`; else none
   */
  ahead?: readonly string[] | undefined;
  /**
   * It is done to at most so many: `count` of a preview. Jobs that a worker hands back to a queue lie among those that were
   * there, and in a set clocks may be behind. They may take the place of some that were counted, and are not done beside them.
   *
   * @default no limit
   */
  count?: number | undefined;
}

/** What bulk work would be done to. */
export interface BulkPreview extends LookedSoFar {
  /** How many jobs, of those that were looked at: give it to the work where all were, and it is done to no more. */
  readonly count: number;
  readonly class: Counts;
  readonly queue: Counts;
  /** When it was looked: give it to the work, and what comes into a set later is left out. */
  readonly asOf: Date;
  /** The highest score there was, -Infinity on a queue or in an empty set: give it to the work as well. */
  readonly upTo: number;
  /**
   * Digests of some jobs that were there, the last one pushed first: give them to the work, and what is pushed later is left out. None
   * of a set, or of an empty queue.
   */
  readonly newest: readonly string[];
  /**
   * Digests of what was there and says that it came later, as a job does that died by a clock that is ahead: give them to the work
   * as well. At most 1,000; what is beyond them is not counted, and left alone. None on a queue.
   */
  readonly ahead: readonly string[];
}

/** A scope, checked. */
export interface CheckedScope {
  readonly filter: Filter;
  readonly ids: readonly string[] | undefined;
  readonly asOf: Date | undefined;
  readonly upTo: number | undefined;
  readonly newest: readonly string[] | undefined;
  readonly ahead: readonly string[] | undefined;
  readonly count: number;
}

/** @throws FilterError when the filter is none. ConfigError when anything else is not what it should be */
export const scopeOf = (scope: BulkScope): CheckedScope => {
  refuseUnknown("bulk work", scope, ["filter", "ids", "asOf", "upTo", "newest", "ahead", "count"]);
  const { filter = "", ids, asOf, upTo, newest, ahead, count = Infinity } = scope;
  if (ids !== undefined && !isTexts(ids)) {
    throw new ConfigError(`Expected \`ids\` to be a list of texts, got ${shown(ids)}.`);
  }
  for (const [name, digests] of Object.entries({ newest, ahead })) {
    if (digests === undefined || isTexts(digests)) continue;
    throw new ConfigError(
      `Expected \`${name}\` to be a list of texts, got ${shown(digests)}. Pass that of the preview.`,
    );
  }
  if (asOf !== undefined && !(asOf instanceof Date && !Number.isNaN(asOf.getTime()))) {
    throw new ConfigError(`Expected \`asOf\` to be a Date, got ${shown(asOf)}. Pass that of the preview.`);
  }
  if (upTo !== undefined && (typeof upTo !== "number" || Number.isNaN(upTo))) {
    throw new ConfigError(
      `Expected \`upTo\` to be a score in seconds, got ${shown(upTo)}. Pass that of the preview.`,
    );
  }
  if (typeof count !== "number" || !(count >= 0)) {
    throw new ConfigError(
      `Expected \`count\` to be a number from 0, got ${shown(count)}. Pass that of the preview.`,
    );
  }
  return { filter: filterOf(filter), ids, asOf, upTo, newest, ahead, count };
};

const isTexts = (list: unknown): boolean =>
  Array.isArray(list) && list.every((one) => typeof one === "string");

/** Counts by class and queue. */
export class PreviewTally {
  count = 0;
  readonly #classes = new Tally();
  readonly #queues = new Tally();

  add({ displayClass, queue }: JobRecord): void {
    this.count++;
    this.#classes.add(displayClass ?? "");
    this.#queues.add(queue ?? "");
  }

  counts(): Pick<BulkPreview, "count" | "class" | "queue"> {
    return { count: this.count, class: this.#classes.counts(), queue: this.#queues.counts() };
  }
}
