/** How late the event loop was: what a job computes without a pause holds up all others of its process. */
import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * Between two looks of Node; a delay is what comes on top. Each look wakes the process: fifty a second would be a fifth of a
 * percent of a core, most of what an idle worker takes.
 */
const RESOLUTION_MS = 100;

export class LoopLag {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delay.enable();
  }

  /** The longest delay since the last time that this was asked, in microseconds. */
  take(): number {
    // Nothing was measured yet: it holds 0 then, or in older Nodes less.
    const us = Math.max(0, Math.round(this.#delay.max / 1_000) - RESOLUTION_MS * 1_000);
    this.#delay.reset();
    return us;
  }

  stop(): void {
    this.#delay.disable();
  }
}
