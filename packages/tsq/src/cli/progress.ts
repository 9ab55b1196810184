/** Many steps, one after the other: a bar where somebody looks, and an end between two steps when somebody asks for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { withCommas } from "./counted.ts";
import { StoppedError } from "./early-end.ts";
import { terminalText } from "./terminal-text.ts";

export interface Progress {
  /** What is done, before the bar: `Deleting`. */
  readonly label: string;
  /** 0 where nobody knows. */
  readonly total: number;
}

/** What tells of signals: `process`. */
export interface Stopper {
  once(event: "SIGINT", listener: () => void): unknown;
  off(event: "SIGINT", listener: () => void): unknown;
}

interface Bar {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

// Faster than this nobody reads it, and each drawing costs a write.
const DRAW_EVERY_MS = 100;
const WIDEST_BAR = 40;
const CLEAR = "\r\u001b[K";

interface Seen {
  readonly signals: Stopper;
  readonly bar: Bar | undefined;
}

/** How work is told to end, and tells how far it is. */
export interface Work {
  readonly signal: AbortSignal;
  /** With another total, where that was not known before. */
  readonly tell: (done: number, total?: number) => void;
}

/** Runs work beside a bar; it says itself what was done when it was ended. */
export const withBar = async <T>(
  progress: Progress,
  seen: Seen,
  run: (work: Work) => Promise<T>,
): Promise<T> => {
  const watched = new Watched(progress, seen);
  try {
    return await run({ signal: watched.signal, tell: (done, total) => watched.tell(done, total) });
  } finally {
    watched.end();
  }
};

/**
 * Many steps, one after the other, as part of work.
 *
 * @param perSecond at most so many in a second; as fast as they go where nobody says
 * @throws StoppedError in the `for await`, before the item that is left undone
 */
export const steps = async function* <T>(
  items: readonly T[],
  { signal, tell }: Work,
  perSecond = Infinity,
): AsyncGenerator<T, void, void> {
  const beganAt = performance.now();
  for (const [done, item] of items.entries()) {
    if (signal.aborted) throw new StoppedError(items.length, done);
    tell(done);
    yield item;
    const ms = beganAt + ((done + 1) * 1_000) / perSecond - performance.now();
    // Who goes slowly hears Ctrl-C at any time.
    if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
  }
};

/** Work that somebody may look at and end, from its beginning to its end. */
class Watched {
  readonly #progress: Progress;
  readonly #seen: Seen;
  readonly #stop = new AbortController();
  readonly #hear = (): void => this.#stop.abort();
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(progress: Progress, seen: Seen) {
    this.#progress = progress;
    this.#seen = seen;
    // Once: the next Ctrl-C ends the process, whatever a step waits for.
    seen.signals.once("SIGINT", this.#hear);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  tell(done: number, total = this.#progress.total): void {
    const { bar } = this.#seen;
    if (!bar?.isTTY || performance.now() - this.#drawnAt < DRAW_EVERY_MS) return;
    this.#drawnAt = performance.now();
    bar.write(CLEAR + lineOf({ ...this.#progress, total }, done, bar.columns));
  }

  end(): void {
    const { bar, signals } = this.#seen;
    signals.off("SIGINT", this.#hear);
    // What comes next, an error too, begins on a clean line.
    if (bar?.isTTY) bar.write(CLEAR);
  }
}

const lineOf = ({ label, total }: Progress, done: number, given: number | undefined): string => {
  // A terminal that was not told its size has 0.
  const columns = given || 80;
  // Of what comes through a pipe nobody knows how much it is.
  if (total === 0) return `${terminalText(label)} ${withCommas(done)}`.slice(0, columns - 1);
  const [before, after] = [`${terminalText(label)} `, ` ${withCommas(done)}/${withCommas(total)}`];
  // A full last column would break the line.
  const width = Math.min(WIDEST_BAR, columns - 1 - before.length - after.length - 2);
  if (width < 1) return (before + after.trim()).slice(0, columns - 1);
  const filled = total > 0 ? Math.min(width, Math.floor((width * done) / total)) : width;
  return `${before}[${"#".repeat(filled)}${"-".repeat(width - filled)}]${after}`;
};
