/** Answers that are errors of the server's own, losses of the connection being repeated below us: told once, and waited out. */
import { setTimeout as delay } from "node:timers/promises";
import type { FetchEvents } from "./fetch.ts";

const RETRY_MS = { first: 50, most: 1_000 };

export class Outage {
  readonly #events: FetchEvents;
  #failures = 0;

  constructor(events: FetchEvents) {
    this.#events = events;
  }

  /** Resolves when it is time to try again. @param tries so many have failed, by default all since the last answer */
  async refused(error: Error, tries = this.#failures + 1): Promise<void> {
    if (this.#failures++ === 0) this.#events.failing(error);
    await delay(Math.min(RETRY_MS.first * tries, RETRY_MS.most), undefined, { ref: false });
  }

  /** The server has answered. */
  over(): void {
    if (this.#failures > 0) this.#events.recovered();
    this.#failures = 0;
  }
}
