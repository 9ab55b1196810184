/** Waits out answers that are errors of the server's own, losses of the connection being repeated below us. */
import { setTimeout as delay } from "node:timers/promises";
import type { Witness } from "@tsq/core/protocol";

const RETRY_MS = { first: 50, most: 1_000 };

export class Backoff {
  readonly #witness: Witness;
  #failures = 0;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** Resolves when it is time to try again. @param tries so many have failed, by default all since the last answer */
  async refused(error: Error, tries = this.#failures + 1): Promise<void> {
    this.#failures++;
    this.#witness.failing(error);
    await delay(Math.min(RETRY_MS.first * tries, RETRY_MS.most), undefined, { ref: false });
  }

  /** The server has answered. */
  over(): void {
    if (this.#failures > 0) this.#witness.answered();
    this.#failures = 0;
  }
}
