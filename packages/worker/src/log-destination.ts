/**
 * Where a worker logs by itself: its standard output, line by line. A full disk and a reader that is gone cost the
 * lines, not the worker: pino's own destination keeps what it could not write, and waits for room for it for ever
 * when the process is to end.
 */
import { writeSync } from "node:fs";

const STANDARD_OUTPUT = 1;
// A pipe whose reader is slow takes more in a moment. One that takes nothing for a second must not hold up the jobs.
const WAIT_MS = 10;
const WAITS = 100;

export interface LogDestination {
  write(line: string): void;
}

export const logDestination = (fd = STANDARD_OUTPUT): LogDestination => ({
  write(line) {
    let left = Buffer.from(line);
    for (let waits = 0; left.length > 0 && waits < WAITS;) {
      try {
        left = left.subarray(writeSync(fd, left));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
        waits++;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      }
    }
  },
});
