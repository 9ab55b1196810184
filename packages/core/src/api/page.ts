/** One page of a long list, for those who show it in pieces. */
import { shown } from "../report/inspect.ts";
import { ConfigError } from "../errors.ts";
import { PAGE } from "./replies.ts";

/** Which part of a queue or a set to read. */
export interface PageOptions {
  /** How many to leave out, from 0. @default 0 */
  offset?: number;
  /** How many to read at most, from 1 to 1,000. @default 25 */
  limit?: number;
  /** `asc` begins with the oldest job or the lowest score, `desc` with the newest or the highest. @default "asc" */
  order?: "asc" | "desc";
}

/** A part of a queue or a set. */
export interface Page<T> {
  /** How many there are in all. */
  readonly total: number;
  readonly items: readonly T[];
}

const LARGEST = 1_000;

/**
 * The first and the last place to read, counted from 0.
 *
 * @throws ConfigError when `offset` or `limit` is out of range
 */
export const placesOf = ({ offset = 0, limit = 25 }: PageOptions): readonly [first: number, last: number] => {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new ConfigError(`Expected \`offset\` to be an integer from 0, got ${shown(offset)}.`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST) {
    throw new ConfigError(`Expected \`limit\` to be an integer from 1 to ${LARGEST}, got ${shown(limit)}.`);
  }
  return [offset, offset + limit - 1];
};

/**
 * The same in pieces of a hundred. A thousand large payloads are more than one command should keep Redis from others
 * with, and asked all at once they would keep it as long.
 */
export const piecesOf = (options: PageOptions): readonly (readonly [first: number, last: number])[] => {
  const [first, last] = placesOf(options);
  return Array.from({ length: Math.ceil((last + 1 - first) / PAGE) }, (_, i) => {
    const from = first + i * PAGE;
    return [from, Math.min(last, from + PAGE - 1)];
  });
};
