/**
 * Counts the messages in a row that have led to no job. Redis tells of a queue of the same name in another database of the
 * server, too, and of jobs that somebody else takes in the moment of their push, Ruby for one. Each costs a look, and
 * that makes the next one be told: after some it is waited between two looks as long as where Redis tells nothing.
 */

const AT_ONCE = 5;
const PAUSE_MS = 100;

export class InVain {
  #rounds = 0;
  #isTold = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  told(): void {
    // What comes now and then costs little.
    if (!this.#isTold && this.#ageMs > PAUSE_MS) this.#rounds = 0;
    this.#isTold = true;
  }

  /** A job was taken. */
  over(): void {
    this.#rounds = 0;
    this.#isTold = false;
  }

  /** It is looked now, and what is told from now on begins another round. */
  looks(): void {
    if (this.#isTold) this.#rounds++;
    this.#isTold = false;
    this.#lookedAtMs = performance.now();
  }

  /** In how many milliseconds the next look may be; above 0 only after many in vain. */
  get dueInMs(): number {
    return this.#rounds < AT_ONCE ? 0 : PAUSE_MS - this.#ageMs;
  }

  get #ageMs(): number {
    return performance.now() - this.#lookedAtMs;
  }
}
