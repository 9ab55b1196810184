/**
 * Who writes the last beat of a process: the thread that beats once it has begun, and else the main thread. A thread loads for
 * a fifth of a second, and for seconds on a busy machine; a process that ends meanwhile does not wait for it.
 */

/** Shared by both threads. */
export type Turn = Int32Array<SharedArrayBuffer>;

export const newTurn = (): Turn => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Whether it is the caller's: of the two threads only the first that asks gets it. */
export const takeTurn = (turn: Turn): boolean => Atomics.compareExchange(turn, 0, 0, 1) === 0;
