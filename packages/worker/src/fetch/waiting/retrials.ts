/**
 * When it is tried again whether Redis tells, by a worker that has pads instead: soon after a stall, and ever less often
 * where it never does. Each change of the way costs a look at all queues and as many connections as there are of them, and
 * a server that tells now and then would have both for nothing.
 */
import { Alarm } from "./alarm.ts";

const MINUTE_MS = 60_000;
const PAUSES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS] as const;
const LONGEST_MS = PAUSES_MS[2];

export class Retrials {
  readonly #alarm: Alarm;
  #refusals = 0;
  #toldAtMs = Number.POSITIVE_INFINITY;

  constructor(tryAgain: () => void) {
    this.#alarm = new Alarm(tryAgain);
  }

  /** It does not tell. */
  refused(): void {
    // It did for so long that this is another matter.
    if (performance.now() - this.#toldAtMs > LONGEST_MS) this.#refusals = 0;
    this.#toldAtMs = Number.POSITIVE_INFINITY;
    this.#alarm.within(PAUSES_MS[this.#refusals++] ?? LONGEST_MS);
  }

  /** It tells. */
  told(): void {
    this.#toldAtMs = performance.now();
  }

  stop(): void {
    this.#alarm.stop();
  }
}
