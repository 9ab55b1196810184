/**
 * Reading a long list piece by piece, so that no command keeps Redis from others for long, and going on later where one
 * has stopped.
 */
import { FilterError } from "../../errors.ts";
import { quoted } from "../../report/inspect.ts";
import type { JobRecord } from "../job-record.ts";
import type { Looked } from "./filter-match.ts";

/** What is read piece by piece. */
export interface Slices<T> {
  /** How many there were when the reading began. */
  readonly total: number;
  /** Whether there is no more behind the last piece. */
  readonly isAtEnd: boolean;
  /** The next piece: it may be empty; undefined when there is no more. */
  next(): Promise<readonly T[] | undefined>;
  /** When it is looked at, in milliseconds: a score, or when it was enqueued. */
  atMs(item: T): number;
  /** Names the place behind an item of the last piece, for whoever goes on there. */
  cursorBehind(place: number): Promise<string>;
}

/** As a filter looks at it: when it was enqueued a job of a queue has to be parsed for, and few filters ask. */
export const lookedAt = <T extends JobRecord>(
  record: T,
  slices: Pick<Slices<T>, "atMs">,
  nowMs: number,
): Looked => ({
  record,
  nowMs,
  get atMs() {
    return slices.atMs(record);
  },
});

/** The most of a piece. */
export const LARGEST_SLICE = 1_000;
const SMALLEST = 10;
const FIRST = 200;
/** Half a megabyte a piece: Redis writes that in less than a millisecond. */
const BYTES = 524_288;

/** How many to read at once, by how large the last ones were. */
export class SliceSize {
  #count = FIRST;

  get count(): number {
    return this.#count;
  }

  saw(items: readonly Buffer[]): void {
    if (items.length === 0) return;
    const bytes = items.reduce((sum, { length }) => sum + length, 0);
    const fitting = Math.floor((BYTES * items.length) / Math.max(bytes, 1));
    // No more than four times as many: the next ones may be larger.
    this.#count = Math.max(SMALLEST, Math.min(fitting, LARGEST_SLICE, 4 * this.#count));
  }
}

/** @throws FilterError when a text is no cursor of such a list */
export const refusedCursor = (text: string): FilterError =>
  new FilterError(
    `Expected the \`cursor\` of an earlier search here, got ${quoted(text)}. Begin without one.`,
  );
