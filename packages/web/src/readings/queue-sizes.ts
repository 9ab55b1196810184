/**
 * How many jobs waited on each queue at the last readings, and what follows: whether they become fewer, and when there are
 * none. Nobody counts all that comes onto a queue and all that leaves it; this process remembers what it has read for those who look.
 */
import type { QueueSummary } from "@tsq/core/api";

/** How the size of one queue has changed. */
export interface QueueTrend {
  /** For how long it was looked at, in milliseconds. */
  readonly spanMs: number;
  /** How many more wait than at its beginning; fewer are below 0. */
  readonly change: number;
  /** In the last two minutes, as most of their readings have it: so many more in a second; fewer are below 0. */
  readonly perSecond: number;
  /** In so many milliseconds it is empty if it goes on so; undefined where it does not become shorter, or too slowly to tell. */
  readonly emptyInMs: number | undefined;
  /** How many waited, from the beginning on, at equal distances. */
  readonly sizes: readonly number[];
}

type Sized = Pick<QueueSummary, "name" | "size"> & Partial<Pick<QueueSummary, "paused">>;

interface Reading {
  readonly atMs: number;
  readonly sizes: Map<string, number>;
}

// Sixty readings: enough for a line of a hundred pixels.
const EVERY_MS = 10_000;
const KEPT_MS = 600_000;
const PACE_MS = 120_000;
/** Of less than that it is chance. */
const LEAST_MS = 20_000;
/** Two minutes say nothing of next week. */
const FURTHEST_MS = 7 * 86_400_000;
// Of a thousand queues they are some megabytes.
const MOST_QUEUES = 1_000;
const MOST_POINTS = 60;

export class QueueSizes {
  readonly #readings: Reading[] = [];

  /** @param nowMs by a clock that nobody sets */
  note(queues: readonly Sized[], nowMs: number): void {
    while (this.#readings[0] && nowMs - this.#readings[0].atMs > KEPT_MS) this.#readings.shift();
    const last = this.#readings.at(-1);
    if (last && nowMs - last.atMs < EVERY_MS) return;
    const sizes = new Map(queues.slice(0, MOST_QUEUES).map(({ name, size }) => [name, size]));
    this.#readings.push({ atMs: nowMs, sizes });
  }

  /** Begins anew with a queue of which somebody has taken jobs away: how fast that went says nothing of those who work. */
  forget(name: string): void {
    for (const { sizes } of this.#readings) sizes.delete(name);
  }

  /** Undefined as long as too little is known of it: that is not the same as a queue that stays as it is. */
  of({ name, size, paused = false }: Sized): QueueTrend | undefined {
    const known = this.#knownOf(name);
    const [first, last] = [known[0], known.at(-1)];
    if (!first || !last || last.atMs - first.atMs < LEAST_MS) return undefined;
    const spanMs = last.atMs - first.atMs;
    const perSecond = paceOf(known, last);
    return {
      spanMs,
      change: last.size - first.size,
      perSecond,
      // What nobody takes from has become shorter by somebody's hand.
      emptyInMs: paused ? undefined : emptyIn(size, perSecond),
      sizes: evenly(known, first.atMs, spanMs),
    };
  }

  /** Since it has been there: one that was gone meanwhile begins anew. */
  #knownOf(name: string): readonly Known[] {
    const known: Known[] = [];
    for (const { atMs, sizes } of this.#readings) {
      const size = sizes.get(name);
      if (size === undefined) known.length = 0;
      else known.push({ atMs, size });
    }
    return known;
  }
}

interface Known {
  readonly atMs: number;
  readonly size: number;
}

/** From where it was empty, if it was: how fast somebody has cleared it says nothing of those that have come since. */
const paceOf = (known: readonly Known[], last: Known): number => {
  const early = known.filter(({ atMs }) => last.atMs - atMs >= LEAST_MS);
  const lately = early.filter(({ atMs }) => last.atMs - atMs <= PACE_MS);
  const from = lately.findLast(({ size }) => size === 0) ?? lately[0] ?? early.at(-1);
  return from ? slopeOf(known.filter(({ atMs }) => atMs >= from.atMs)) * 1_000 : 0;
};

/**
 * The middle of the slopes between any two of them: as many jobs at once as one reading has met, at whichever end, say
 * nothing of where a queue goes.
 */
const slopeOf = (known: readonly Known[]): number => {
  const slopes = Float64Array.from(
    known.flatMap((one, i) =>
      known.slice(i + 1).map((next) => (next.size - one.size) / (next.atMs - one.atMs)),
    ),
  ).sort();
  const middle = slopes.length / 2;
  return ((slopes[Math.ceil(middle) - 1] ?? 0) + (slopes[Math.floor(middle)] ?? 0)) / 2;
};

const emptyIn = (size: number, perSecond: number): number | undefined => {
  if (size === 0 || perSecond >= 0) return undefined;
  const ms = (size * 1_000) / -perSecond;
  return ms <= FURTHEST_MS ? ms : undefined;
};

/** Between two readings on the straight line from one to the other. */
const evenly = (known: readonly Known[], fromMs: number, spanMs: number): readonly number[] => {
  // A line that is flat stays the same line while it is looked at: nobody is sent a new page for it.
  const isFlat = known.every(({ size }) => size === known[0]?.size);
  const count = isFlat ? 2 : Math.min(MOST_POINTS, known.length);
  let next = 1;
  return Array.from({ length: count }, (_, i) => {
    const atMs = fromMs + (i / (count - 1)) * spanMs;
    while (next < known.length - 1 && (known[next]?.atMs ?? 0) < atMs) next++;
    const [before, after] = [known[next - 1], known[next]];
    if (!before || !after) return 0;
    const part = (atMs - before.atMs) / (after.atMs - before.atMs);
    return before.size + part * (after.size - before.size);
  });
};
