/**
 * How long ago this process was known to live. A rescue leaves a mark for a day (lua/core/rescue.lua); a process that was
 * frozen for longer finds neither its jobs nor the mark, which looks as if the server had lost both. And it closes the pads
 * for an hour (lua/shared/close-pad.lua): later a job might come to one of which nobody knows that it is ours.
 */

// A day, less what lies between our last beat and the rescue.
const MARK_STAYS_MS = 23 * 3_600_000;
// And much less than an hour, since what waits at a pad then is not sent in this moment.
const PADS_STAY_CLOSED_MS = 30 * 60_000;

export class LastHeard {
  // One clock stands still while a machine sleeps, the other one steps.
  #wallMs = Date.now();
  #steadyMs = performance.now();
  // The longest time without a word, since it is known what became of the jobs.
  #longestMs = 0;

  /** Redis has heard of us just now. */
  renew(): void {
    this.#longestMs = this.#silentMs;
    this.#begin();
  }

  /** Whether nobody has heard of us for so long that a rescue of our jobs may have been forgotten. */
  get hasRunOut(): boolean {
    return this.#silentMs > MARK_STAYS_MS;
  }

  /** Whether it is so long that our jobs may have been rescued, and our pads are not closed any more. */
  get mayHaveOpenPads(): boolean {
    return this.#silentMs > PADS_STAY_CLOSED_MS;
  }

  /** The jobs are ours, or are known not to be. */
  settle(): void {
    this.#longestMs = 0;
    this.#begin();
  }

  get #silentMs(): number {
    return Math.max(this.#longestMs, Date.now() - this.#wallMs, performance.now() - this.#steadyMs);
  }

  #begin(): void {
    this.#wallMs = Date.now();
    this.#steadyMs = performance.now();
  }
}
