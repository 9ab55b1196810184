/** Cuts a bulk push into slices, by Sidekiq's rules for `at`, `spread_interval` and `jid` (WIRE §3.3). */
import { InvalidJobError } from "../errors.ts";
import { inspect, secondsOf } from "./normalize.ts";
import type { PushItem } from "./normalize.ts";

/** What `Client.pushBulk` takes. */
export interface BulkItem extends Omit<PushItem, "args" | "at"> {
  class: PushItem["class"];
  /** One list of arguments for each job. */
  args: readonly (readonly unknown[])[];
  /** When to run, seconds since 1970 or Dates: one for all, or one for each. */
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

/** @throws InvalidJobError with Sidekiq's message */
export function* bulkSlices(bulk: BulkItem, nowMs: number, random = Math.random): Generator<BulkSlice> {
  const { args, at, spread_interval: spread, batch_size: size, ...shared } = bulk;
  checkArgs(args);
  const item = { ...shared, class: bulk.class };
  const times = timesOf(at, args.length);
  checkSpread(spread, at);
  if (shared["jid"] !== undefined && args.length > 1) {
    throw new InvalidJobError("Explicitly passing 'jid' when pushing more than one job is not supported");
  }
  const spreadTime = (): number => nowMs / 1000 + random() * Math.max(spread ?? 0, LEAST_SPREAD_SECONDS);
  const step = sliceSize(size, at !== undefined || spread !== undefined);
  for (let from = 0; from < args.length; from += step) {
    const some = args.slice(from, from + step);
    if (spread !== undefined) yield { item, args: some, at: some.map(spreadTime) };
    else yield { item, args: some, at: times && some.map((_, i) => times(from + i)) };
  }
}

const checkArgs = (args: unknown): void => {
  if (!Array.isArray(args) || !args.every((one) => Array.isArray(one))) {
    throw new InvalidJobError(
      `Bulk arguments must be an Array of Arrays: [[1], [2]], got \`${inspect(args)}\``,
    );
  }
};

const timesOf = (at: BulkItem["at"], count: number): ((i: number) => number) | undefined => {
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
