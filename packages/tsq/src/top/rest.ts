/** How long Redis is left alone between two readings. */

/** A reading that takes a while is followed by four times that of rest: whoever looks must not be what makes Redis slow. */
const REST = 4;

/** @param tookMs the reading; 0 of a Redis that is away, which costs nothing to ask, and for which one waits to be back */
export const restMs = (everyMs: number, tookMs: number): number => Math.max(everyMs, REST * tookMs);
