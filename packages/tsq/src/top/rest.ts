/** How long Redis is left alone between two readings. */

/** A reading that takes a while is followed by four times that of rest: whoever looks must not be what makes Redis slow. */
const REST = 4;
/** One answer that was late must not make old numbers of what one acts on. */
const LONGEST_MS = 10_000;

/** @param tookMs the reading; 0 of a Redis that is away, which costs nothing to ask, and for which one waits to be back */
const restMs = (everyMs: number, tookMs: number): number =>
  Math.max(everyMs, Math.min(LONGEST_MS, REST * tookMs));

interface Reading {
  /** 0 of a Redis that is away, which costs nothing to ask, and for which one waits to be back. */
  readonly tookMs: number;
  /** Somebody wants another one. */
  readonly isWantedAgain: boolean;
  /** It has found nothing of what a filter means, and looks on further down. */
  readonly isToGoOn: boolean;
}

/** What looks on waits for no interval, and rests all the same. */
export const pauseMs = (everyMs: number, { tookMs, isWantedAgain, isToGoOn }: Reading): number =>
  isWantedAgain ? 0 : restMs(isToGoOn ? 0 : everyMs, tookMs);
