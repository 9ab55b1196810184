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

/** Whether a server knows of these whose last calls, as its hash has them, are those. */
export const areKnown = ({ first, second }: Calls, last: readonly (string | Buffer | null)[]): boolean =>
  Number(last[0] ?? -1) >= first && Number(last[1] ?? -1) >= second;
