/**
 * Where a worker logs by itself: its standard output. The lines of a moment are written together, because a write
 * costs more than running a job: what jobs say when they end goes with what the next ones say when they start. A full disk and a reader that is gone cost the lines, not the worker: pino's own
 * destination keeps what it could not write, and waits for room for it for ever when the process is to end.
 */
import { writeSync } from "node:fs";

const STANDARD_OUTPUT = 1;
const MOST_KEPT = 64 * 1_024;
// A pipe whose reader is slow takes more in a moment. One that takes nothing for a second must not hold up the jobs.
const WAIT_MS = 10;
const WAITS = 100;
// Under load the next jobs start sooner than this.
const GATHER_MS = 2;

export interface LogDestination {
  write(line: string): void;
  /** Writes what has gathered before it returns, for lines that must outlive whatever comes next. */
  writeNow(): void;
}

/** @param fd the file to write to, standard output by default */
export const logDestination = (fd = STANDARD_OUTPUT): LogDestination => {
  let lines = "";
  let isTaken = true;
  let isTimed = false;

  const flush = (): void => {
    process.off("exit", flush);
    const text = lines;
    lines = "";
    // After a second of nothing it is asked once each time, until it takes something.
    isTaken = writeAll(fd, text, isTaken ? WAITS : 0);
  };

  const writeNow = (): void => {
    if (lines !== "") flush();
  };
  const whenGathered = (): void => {
    isTimed = false;
    writeNow();
  };

  return {
    writeNow,
    write(line) {
      if (lines === "") {
        // Also when the process ends before that.
        process.once("exit", flush);
        if (!isTimed) setTimeout(whenGathered, GATHER_MS);
        isTimed = true;
      }
      lines += line;
      if (lines.length > MOST_KEPT) flush();
    },
  };
};

/** True unless the reader took nothing for as long as it was waited for. */
const writeAll = (fd: number, text: string, patience: number): boolean => {
  let left = Buffer.from(text);
  for (let waits = 0; left.length > 0;) {
    try {
      left = left.subarray(writeSync(fd, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return true;
      if (waits++ >= patience) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
  return true;
};
