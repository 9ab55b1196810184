/** Cuts a bulk push into slices, by Sidekiq's rules for `at`, `spread_interval` and `jid` (WIRE §3.3). */
import { InvalidJobError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import { isRecord, kindOf } from "../config/nearest.ts";
import { secondsOf } from "./normalize.ts";
import type { PushItem } from "./normalize.ts";

/** The arguments of many jobs: an array, or whatever else can be iterated, now or as it comes. */
export type ArgsLists<Args extends readonly unknown[] = readonly unknown[]> =
  | Iterable<Args>
  | AsyncIterable<Args>;

/** What `Client.pushBulk` takes. */
export interface BulkItem extends Omit<PushItem, "args" | "at"> {
  class: PushItem["class"];
  /** One list of arguments for each job. Of what is no array a slice at a time is taken, when it is its turn. */
  args: ArgsLists;
  /** When to run, seconds since 1970 or Dates: one for all, or one for each list of an array of arguments. */
  at?: number | Date | readonly (number | Date)[];
  /** Gives each job a random time within so many seconds from now, at least 5 (Sidekiq 8.0.8). */
  spread_interval?: number;
  /** Jobs per round trip. @default 1000, or 100 with `at` or `spread_interval` */
  batch_size?: number;
}

const SLICE = 1_000;
const SCHEDULED_SLICE = 100;
const LEAST_SPREAD_SECONDS = 5;

/** Jobs that are sent together and differ in nothing but their arguments and times. */
export interface BulkSlice {
  /** What they share. */
  readonly item: Pick<PushItem, "class"> & Readonly<Record<string, unknown>>;
  readonly args: readonly (readonly unknown[])[];
  /** When each is to run, seconds since 1970; undefined when all are to run at once. */
  readonly at: readonly number[] | undefined;
}

/**
 * Slices as they are asked for.
 *
 * @throws InvalidJobError with Sidekiq's message
 */
export const bulkSlices = (
  bulk: BulkItem,
  nowMs: number,
  random = Math.random,
): Iterable<BulkSlice> | AsyncIterable<BulkSlice> => {
  checkItem(bulk);
  const { args, at, spread_interval: spread, batch_size: size, ...shared } = bulk;
  checkArgs(args);
  const item = { ...shared, class: bulk.class };
  const count = Array.isArray(args) ? args.length : undefined;
  const times = timesOf(at, count);
  checkSpread(spread, at);
  if (shared["jid"] !== undefined && (count === undefined || count > 1)) {
    throw new InvalidJobError("Explicitly passing 'jid' when pushing more than one job is not supported");
  }
  const spreadTime = (): number => nowMs / 1000 + random() * Math.max(spread ?? 0, LEAST_SPREAD_SECONDS);
  const step = sliceSize(size, at !== undefined || spread !== undefined);
  const sliceOf = (some: readonly (readonly unknown[])[], from: number): BulkSlice => {
    if (count === undefined) checkLists(some);
    if (spread !== undefined) return { item, args: some, at: some.map(spreadTime) };
    return { item, args: some, at: times && some.map((_, i) => times(from + i)) };
  };
  if (Array.isArray(args)) return slicesOfArray(args, step, sliceOf);
  if (Symbol.asyncIterator in args) return slicesAsTheyCome(args, step, sliceOf);
  return slicesOfIterable(args, step, sliceOf);
};

type SliceOf = (some: readonly (readonly unknown[])[], from: number) => BulkSlice;
type Lists = readonly unknown[];

function* slicesOfArray(lists: readonly Lists[], step: number, sliceOf: SliceOf): Generator<BulkSlice> {
  for (let from = 0; from < lists.length; from += step) yield sliceOf(lists.slice(from, from + step), from);
}

function* slicesOfIterable(lists: Iterable<Lists>, step: number, sliceOf: SliceOf): Generator<BulkSlice> {
  let from = 0;
  let some: Lists[] = [];
  for (const list of lists) {
    if (some.push(list) < step) continue;
    yield sliceOf(some, from);
    from += step;
    some = [];
  }
  if (some.length > 0) yield sliceOf(some, from);
}

async function* slicesAsTheyCome(
  lists: AsyncIterable<Lists>,
  step: number,
  sliceOf: SliceOf,
): AsyncGenerator<BulkSlice> {
  let from = 0;
  let some: Lists[] = [];
  for await (const list of lists) {
    if (some.push(list) < step) continue;
    yield sliceOf(some, from);
    from += step;
    some = [];
  }
  if (some.length > 0) yield sliceOf(some, from);
}

const checkItem = (bulk: unknown): void => {
  if (isRecord(bulk)) return;
  throw new InvalidJobError(
    `Bulk push must be an object with 'class' and 'args' keys, got ${kindOf(bulk)}. Pass { class: "HardJob", args: [[1], [2]] }.`,
  );
};

const checkArgs = (args: unknown): void => {
  if (Array.isArray(args)) checkLists(args);
  else if (typeof args !== "object" || args === null || !isIterable(args)) throw badArgs(args);
};

const isIterable = (args: object): boolean => Symbol.iterator in args || Symbol.asyncIterator in args;

const checkLists = (lists: readonly unknown[]): void => {
  if (!lists.every((one) => Array.isArray(one))) throw badArgs(lists);
};

const badArgs = (args: unknown): InvalidJobError =>
  new InvalidJobError(
    `Bulk arguments must be an Array of Arrays: [[1], [2]], or an iterable of Arrays, got \`${inspect(args)}\``,
  );

const timesOf = (at: BulkItem["at"], count: number | undefined): ((i: number) => number) | undefined => {
  if (at === undefined) return undefined;
  if (Array.isArray(at)) {
    const list = (at as readonly (number | Date)[]).map(secondsOf);
    if (list.length === 0 || !list.every(Number.isFinite)) throw badTimes(at);
    if (list.length !== count)
      throw new InvalidJobError("Job 'at' Array must have same size as 'args' Array");
    return (i) => list[i] as number;
  }
  const one = secondsOf(at as number | Date);
  if (!Number.isFinite(one)) throw badTimes(at);
  return () => one;
};

const badTimes = (at: unknown): InvalidJobError =>
  new InvalidJobError(
    `Job 'at' must be a Numeric or an Array of Numeric timestamps, or Dates, got \`${inspect(at)}\``,
  );

const checkSpread = (spread: unknown, at: unknown): void => {
  if (spread === undefined) return;
  if (typeof spread !== "number" || !(spread > 0)) {
    throw new InvalidJobError(
      `Jobs 'spread_interval' must be a positive Numeric, got \`${inspect(spread)}\``,
    );
  }
  if (at !== undefined) throw new InvalidJobError("Only one of 'at' or 'spread_interval' can be provided");
};

const sliceSize = (size: number | undefined, isScheduled: boolean): number => {
  if (size === undefined) return isScheduled ? SCHEDULED_SLICE : SLICE;
  if (Number.isInteger(size) && size >= 1) return size;
  throw new InvalidJobError(`Expected 'batch_size' to be an integer from 1, got \`${inspect(size)}\``);
};
