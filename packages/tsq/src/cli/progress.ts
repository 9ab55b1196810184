/** Many steps, one after the other: a bar where somebody looks, and an end between two steps when somebody asks for it. */
import { terminalText } from "./terminal-text.ts";

export interface Progress {
  /** What is done, before the bar: `Deleting`. */
  readonly label: string;
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

/** By its code it is one that the command expects: told in one line. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  readonly code = "TSQ_STOPPED";

  constructor({ total }: Progress, done: number) {
    super(`Stopped after ${done} of ${total}. Run it again for the rest.`);
  }
}

// Faster than this nobody reads it, and each drawing costs a write.
const DRAW_EVERY_MS = 100;
const WIDEST_BAR = 40;
const CLEAR = "\r\u001b[K";

/** @throws StoppedError in the `for await`, before the item that Ctrl-C has left undone */
export const withProgress = async function* <T>(
  items: Iterable<T> | AsyncIterable<T>,
  progress: Progress,
  { signals, bar }: { readonly signals: Stopper; readonly bar: Bar | undefined },
): AsyncGenerator<T, void, void> {
  let isStopped = false;
  const stop = (): void => void (isStopped = true);
  // Once: the next Ctrl-C ends the process, whatever a step waits for.
  signals.once("SIGINT", stop);
  let done = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    if (!bar?.isTTY || performance.now() - drawnAt < DRAW_EVERY_MS) return;
    drawnAt = performance.now();
    bar.write(CLEAR + lineOf(progress, done, bar.columns));
  };
  try {
    for await (const item of items) {
      if (isStopped) throw new StoppedError(progress, done);
      draw();
      yield item;
      done += 1;
    }
  } finally {
    signals.off("SIGINT", stop);
    // What comes next, an error too, begins on a clean line.
    if (bar?.isTTY) bar.write(CLEAR);
  }
};

const lineOf = ({ label, total }: Progress, done: number, given: number | undefined): string => {
  // A terminal that was not told its size has 0.
  const columns = given || 80;
  const [before, after] = [`${terminalText(label)} `, ` ${done}/${total}`];
  // A full last column would break the line.
  const width = Math.min(WIDEST_BAR, columns - 1 - before.length - after.length - 2);
  if (width < 1) return (before + after.trim()).slice(0, columns - 1);
  const filled = total > 0 ? Math.min(width, Math.floor((width * done) / total)) : width;
  return `${before}[${"#".repeat(filled)}${"-".repeat(width - filled)}]${after}`;
};
