/** Many steps, one after the other: a bar where somebody looks, and an end between two steps when somebody asks for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { terminalText } from "./terminal-text.ts";

export interface Progress {
  /** What is done, before the bar: `Deleting`. */
  readonly label: string;
  /** 0 where nobody knows. */
  readonly total: number;
  /** At most so many steps in a second; work that counts itself keeps its pace itself. @default as fast as they go */
  readonly perSecond?: number | undefined;
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

/** By its code it is one that the command expects: told in one line. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  readonly code = "TSQ_STOPPED";

  constructor({ total }: Progress, done: number) {
    super(
      total === 0
        ? "Stopped before anything was done."
        : `Stopped after ${done} of ${total}. Run it again for the rest.`,
    );
  }
}

/** Work that an error has ended when some of it was done: how much that is must not be lost. By its code it is told in one line. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
  readonly code = "TSQ_STOPPED";
}

// Faster than this nobody reads it, and each drawing costs a write.
const DRAW_EVERY_MS = 100;
const WIDEST_BAR = 40;
const CLEAR = "\r\u001b[K";

interface Seen {
  readonly signals: Stopper;
  readonly bar: Bar | undefined;
}

/** @throws StoppedError in the `for await`, before the item that Ctrl-C has left undone */
export const withProgress = async function* <T>(
  items: Iterable<T> | AsyncIterable<T>,
  progress: Progress,
  seen: Seen,
): AsyncGenerator<T, void, void> {
  const watched = new Watched(progress, seen);
  const { perSecond = Infinity } = progress;
  const beganAt = performance.now();
  let done = 0;
  try {
    for await (const item of items) {
      if (watched.signal.aborted) throw new StoppedError(progress, done);
      watched.tell(done);
      yield item;
      done += 1;
      const ms = beganAt + (done * 1_000) / perSecond - performance.now();
      // Who goes slowly hears Ctrl-C at any time.
      if (ms > 0) await sleep(ms, undefined, { signal: watched.signal }).catch(() => {});
    }
  } finally {
    watched.end();
  }
};

/** How work that counts itself is told to end, and tells how far it is. */
export interface Work {
  readonly signal: AbortSignal;
  /** With another total, where that was not known before. */
  readonly tell: (done: number, total?: number) => void;
}

/** The same for work that ends by a signal; it says itself what was done by then. */
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
  if (total === 0) return `${terminalText(label)} ${done}`.slice(0, columns - 1);
  const [before, after] = [`${terminalText(label)} `, ` ${done}/${total}`];
  // A full last column would break the line.
  const width = Math.min(WIDEST_BAR, columns - 1 - before.length - after.length - 2);
  if (width < 1) return (before + after.trim()).slice(0, columns - 1);
  const filled = total > 0 ? Math.min(width, Math.floor((width * done) / total)) : width;
  return `${before}[${"#".repeat(filled)}${"-".repeat(width - filled)}]${after}`;
};
