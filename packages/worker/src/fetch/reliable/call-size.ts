/** For how many jobs a fetch call asks. */

// After a short reply a few slots at a time, so that idle calls stay small and armed pads keep room.
const SLOW_START = 8;

export interface CallSize {
  readonly concurrency: number;
  readonly lanes: number;
  /** How many more jobs may come. */
  readonly free: number;
  /** How many pads wait, each for a job of its own; undefined while the queues are full. */
  readonly armed: number | undefined;
}

export const callSize = ({ concurrency, lanes, free, armed }: CallSize): number => {
  const wanted =
    armed === undefined || free <= 0 ? free : Math.min(free - Math.min(armed, free - 1), SLOW_START);
  return Math.max(0, Math.min(wanted, Math.ceil(concurrency / lanes)));
};
