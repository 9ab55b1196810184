/**
 * Has the capsule look for jobs, and less and less often when it finds none each time: a queue whose key holds another
 * type, say, is there and gives nothing.
 */
import { Alarm } from "./alarm.ts";

// A job may have been taken by somebody else, or have come just then.
const AT_ONCE = 2;
const FIRST_MS = 25;
const MOST_MS = 1_000;

export class WakeUps {
  readonly #look: () => void;
  readonly #alarm: Alarm;
  #isWaiting = false;
  #inVain = 0;

  constructor(look: () => void) {
    this.#look = look;
    this.#alarm = new Alarm(() => {
      this.#isWaiting = false;
      look();
    });
  }

  /** Jobs have been taken, or there are none. */
  over(): void {
    this.#inVain = 0;
  }

  /** There may be jobs. */
  wake(): void {
    if (this.#isWaiting) return;
    const inVain = this.#inVain++;
    if (inVain < AT_ONCE) return this.#look();
    this.#isWaiting = true;
    this.#alarm.within(Math.min(FIRST_MS * 2 ** (inVain - AT_ONCE), MOST_MS));
  }

  stop(): void {
    this.#alarm.stop();
  }
}
