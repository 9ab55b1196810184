/**
 * How far a worker's fetch calls are: the number of the last one that has been answered, of each lane. A server that
 * knows of both has in the worker's slots what the worker thinks.
 */
export interface Calls {
  readonly first: number;
  readonly second: number;
}

/** What a caller says that makes no calls, or has just read what it acts on. */
export const NO_CALLS: Calls = { first: -1, second: -1 };
