/**
 * How long ago this process was known to live. A rescue leaves a mark for a day (lua/core/rescue.lua); a process that was
 * frozen for longer finds neither its jobs nor the mark, which looks as if the server had lost both. And it closes the pads
 * for an hour (lua/shared/close-pad.lua): later a job might come to one of which nobody knows that it is ours.
 *
 * An answer says what was so when it was asked for. It may have been in the socket before a sleep, and is read behind it.
 */

// A day, less what lies between our last beat and the rescue.
const MARK_STAYS_MS = 23 * 3_600_000;
// And much less than an hour, since what waits at a pad then is not sent in this moment.
const PADS_STAY_CLOSED_MS = 30 * 60_000;

export class LastHeard {
  // Since it is known what became of the jobs.
  #silence = new Silence();
  // Since each asked for that who has no answer yet.
  readonly #asked = new Map<object, Silence>();

  /** Redis has heard of us just now. */
  renew(): void {
    for (const silence of [this.#silence, ...this.#asked.values()]) silence.interrupt();
  }

  /** Whether nobody has heard of us for so long that a rescue of our jobs may have been forgotten. */
  get hasRunOut(): boolean {
    return this.#silence.longestMs > MARK_STAYS_MS;
  }

  /** Whether it is so long that our jobs may have been rescued, and our pads are not closed any more. */
  get mayHaveOpenPads(): boolean {
    return this.#silence.longestMs > PADS_STAY_CLOSED_MS;
  }

  /** Redis is asked now, or once more. @param who of whom it has one answer at a time */
  ask(who: object): void {
    this.#asked.set(who, new Silence());
  }

  /** It has answered: the jobs were ours when it was asked, or are known not to be. */
  settle(who: object): void {
    const silence = this.#asked.get(who);
    this.#asked.delete(who);
    // Another answer may be of a later moment.
    if (silence && silence.longestMs < this.#silence.longestMs) this.#silence = silence;
  }
}

/** The longest time without a word, of those since it began. */
class Silence {
  // One clock stands still while a machine sleeps, the other one steps.
  #wallMs = Date.now();
  #steadyMs = performance.now();
  #longestMs = 0;

  get longestMs(): number {
    return Math.max(this.#longestMs, Date.now() - this.#wallMs, performance.now() - this.#steadyMs);
  }

  interrupt(): void {
    this.#longestMs = this.longestMs;
    this.#wallMs = Date.now();
    this.#steadyMs = performance.now();
  }
}
