/** Looking through a set or a queue for what a filter means: so far and no further, and on from there. */
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import type { JobRecord } from "../job-record.ts";
import type { Filter } from "./filter.ts";
import { nextPortion } from "./portions.ts";
import { lookedAt } from "./slices.ts";
import type { Slices } from "./slices.ts";

/** How far to look. */
export interface SearchOptions {
  /** Ends when so many are found, from 1 to 1,000. @default 25 */
  limit?: number;
  /** Goes on where an earlier search has stopped: its `cursor`, with the same filter. @default at the beginning */
  after?: string | undefined;
  /** Ends when so many have been looked at, from 1. @default 20_000 */
  most?: number;
  /** Ends after so many milliseconds, from 1; some are looked at whatever it is. @default 150 */
  mostMs?: number;
  /**
   * Asked of each job that the filter means: what it answers false for is looked at, and not found.
   *
   * @default all that the filter means
   */
  only?: ((job: JobRecord) => boolean | Promise<boolean>) | undefined;
  /** Ends the search: it rejects with the signal's reason. @default nobody ends it */
  signal?: AbortSignal | undefined;
}

/** How far to look in a set, and from which end. */
export interface SetSearchOptions extends SearchOptions {
  /** `asc` begins with the lowest score; a cursor goes on in the order that it came from. @default "desc" */
  order?: "asc" | "desc" | undefined;
}

/** What was found. */
export interface SearchResult<T> {
  /** The highest score first unless `order` says otherwise, on a queue the newest job. */
  readonly items: readonly T[];
  /** How many were looked at. */
  readonly looked: number;
  /** How many there are, found or not. */
  readonly total: number;
  /** Where to go on as `after`; undefined when all have been looked at. */
  readonly cursor: string | undefined;
}

const LARGEST_LIMIT = 1_000;
const ASKED_AT_ONCE = 25;

export const search = async <T extends JobRecord>(
  slices: Slices<T>,
  filter: Filter,
  options: SearchOptions,
): Promise<SearchResult<T>> => {
  const { limit, most, mostMs, only, signal } = checked(options);
  const endsAt = performance.now() + mostMs;
  const nowMs = Date.now();
  const items: T[] = [];
  let looked = 0;
  for (;;) {
    signal?.throwIfAborted();
    const slice = await slices.next();
    if (!slice) return { items, looked, total: slices.total, cursor: undefined };
    const means = (record: T): boolean => filter.covers(lookedAt(record, slices, nowMs));
    let portionEnd = 0;
    for (let from = 0; from < slice.length;) {
      if (from === portionEnd) {
        portionEnd = await nextPortion(slice, from);
        signal?.throwIfAborted();
      }
      const portion = slice.slice(from, portionEnd);
      // Some at once, and not all: each may have to ask somebody else, who is asked by others as well.
      const isMeant = readOn(portion, only ? ASKED_AT_ONCE : limit - items.length, means);
      const below = from + isMeant.length;
      const records = portion.slice(0, isMeant.length);
      const isFound = only
        ? await Promise.all(records.map(async (record, i) => isMeant[i] === true && only(record)))
        : isMeant;
      for (let i = from; i < below; i++) {
        const record = records[i - from];
        looked++;
        if (record && isFound[i - from] === true) items.push(record);
        // Without a question the clock is looked at behind a portion.
        const isPause = i === below - 1 && (only !== undefined || below === portionEnd);
        const isEnough = items.length >= limit || looked >= most || (isPause && performance.now() >= endsAt);
        if (!isEnough) continue;
        const isEnd = i === slice.length - 1 && slices.isAtEnd;
        return {
          items,
          looked,
          total: slices.total,
          cursor: isEnd ? undefined : await slices.cursorBehind(i),
        };
      }
      from = below;
    }
  }
};

/** Whether the filter means them, of each until so many are meant: what is not needed is not parsed. */
const readOn = <T>(
  portion: readonly T[],
  most: number,
  means: (record: T) => boolean,
): readonly boolean[] => {
  const isMeant: boolean[] = [];
  let meant = 0;
  for (const record of portion) {
    const is = means(record);
    isMeant.push(is);
    if (is && ++meant >= most) break;
  }
  return isMeant;
};

const NAMES = ["limit", "after", "most", "mostMs", "only", "signal"];

const checked = (options: SearchOptions) => {
  refuseUnknown("a search", options, NAMES);
  const { limit = 25, most = 20_000, mostMs = 150, only, signal } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) {
    throw new ConfigError(
      `Expected \`limit\` to be an integer from 1 to ${LARGEST_LIMIT}, got ${shown(limit)}.`,
    );
  }
  if (!(most >= 1)) throw new ConfigError(`Expected \`most\` to be a number from 1, got ${shown(most)}.`);
  if (!(mostMs >= 1))
    throw new ConfigError(`Expected \`mostMs\` to be a number from 1, got ${shown(mostMs)}.`);
  return { limit, most, mostMs, only, signal };
};
