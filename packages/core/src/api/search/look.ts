/** Looking at many jobs, piece by piece, and counting: what facets, groups and previews have in common. */
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import type { JobRecord } from "../job-record.ts";
import type { Filter, FilterSource } from "./filter.ts";
import { nextPortion } from "./portions.ts";
import { lookedAt } from "./slices.ts";
import type { Slices } from "./slices.ts";

/** What is looked at, and how far. */
export interface LookOptions {
  /** Only jobs that it means. @default all */
  filter?: FilterSource;
  /** Ends when so many have been looked at, the newest or those with the highest score; `Infinity` looks at all. @default 10_000 */
  most?: number;
  /**
   * Asked of each job that the filter means: what it answers false for is looked at, and not counted.
   *
   * @default all that the filter means
   */
  only?: ((job: JobRecord) => boolean | Promise<boolean>) | undefined;
  /** Told after each piece how many have been looked at, and of how many. */
  onProgress?: ((looked: number, total: number) => void) | undefined;
  /** Ends it: it rejects with the signal's reason. @default nobody ends it */
  signal?: AbortSignal | undefined;
}

/** How far was looked. */
export interface LookedSoFar {
  /** How many were looked at. */
  readonly looked: number;
  /** How many there are. */
  readonly total: number;
  /** Whether all were looked at. */
  readonly isComplete: boolean;
}

const LOOK_OPTIONS = ["filter", "most", "only", "onProgress", "signal"];

/** @throws ConfigError when an option is unknown or out of range */
export const checkLook = (
  of: string,
  options: Pick<LookOptions, "most">,
  names: readonly string[] = LOOK_OPTIONS,
): void => {
  refuseUnknown(of, options, names);
  const { most = 1 } = options;
  if (!(most >= 1)) throw new ConfigError(`Expected \`most\` to be a number from 1, got ${shown(most)}.`);
};

/**
 * Shows each job that the filter means.
 *
 * @param nowMs what its times are reckoned from
 */
export const look = async <T extends JobRecord>(
  slices: Omit<Slices<T>, "cursorBehind">,
  filter: Filter,
  { most = 10_000, only, onProgress, signal }: LookOptions,
  visit: (job: T) => void,
  nowMs = Date.now(),
): Promise<LookedSoFar> => {
  let looked = 0;
  for (;;) {
    signal?.throwIfAborted();
    const slice = await slices.next();
    const looking = (slice ?? []).slice(0, most - looked);
    for (let from = 0; from < looking.length;) {
      const end = await nextPortion(looking, from);
      signal?.throwIfAborted();
      const meant = looking
        .slice(from, end)
        .filter((record) => filter.covers(lookedAt(record, slices, nowMs)));
      // All at once: each may have to ask somebody else.
      const answers = only && (await Promise.all(meant.map(async (record) => only(record))));
      for (const [i, record] of meant.entries()) if (!answers || answers[i] === true) visit(record);
      from = end;
    }
    looked += looking.length;
    if (looking.length < (slice?.length ?? 0)) return { looked, total: slices.total, isComplete: false };
    onProgress?.(looked, slices.total);
    if (!slice || slices.isAtEnd) return { looked, total: slices.total, isComplete: true };
  }
};
