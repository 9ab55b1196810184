/**
 * How long ago this process was known to live. A rescue leaves a mark for a day (lua/core/rescue.lua); a process that was
 * frozen for longer finds neither its jobs nor the mark, which looks as if the server had lost both.
 */

// A day, less what lies between our last beat and the rescue.
const MARK_STAYS_MS = 23 * 3_600_000;

export class LastHeard {
  // One clock stands still while a machine sleeps, the other one steps.
  #wallMs = Date.now();
  #steadyMs = performance.now();
  #hasRunOut = false;

  /** Redis has heard of us just now. */
  renew(): void {
    this.#hasRunOut = this.hasRunOut;
    this.#wallMs = Date.now();
    this.#steadyMs = performance.now();
  }

  /** Whether nobody has heard of us for so long that a rescue of our jobs may have been forgotten. */
  get hasRunOut(): boolean {
    const silentMs = Math.max(Date.now() - this.#wallMs, performance.now() - this.#steadyMs);
    return this.#hasRunOut || silentMs > MARK_STAYS_MS;
  }

  /** The jobs are ours, or are known not to be. */
  settle(): void {
    this.#hasRunOut = false;
    this.#wallMs = Date.now();
    this.#steadyMs = performance.now();
  }
}
