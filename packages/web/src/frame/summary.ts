/** The counts beside the pages' names: read once a second, however many pages are open. */
import { Stats } from "@tsq/core/api";
import type { ApiConnection, StatsSnapshot } from "@tsq/core/api";

const FRESH_MS = 1_000;

/** Sidekiq at a glance, shared by all who look within a second. */
export class Summary {
  readonly #stats: Stats;
  #read: Promise<StatsSnapshot> | undefined;
  #atMs = 0;

  constructor(api: ApiConnection) {
    this.#stats = new Stats(api);
  }

  /** Rejects as the data API does; then the next one asks anew. */
  now(): Promise<StatsSnapshot> {
    const nowMs = performance.now();
    if (this.#read && nowMs - this.#atMs < FRESH_MS) return this.#read;
    const read = this.#stats.fetch();
    this.#read = read;
    this.#atMs = nowMs;
    read.catch(() => {
      if (this.#read === read) this.#read = undefined;
    });
    return read;
  }

  /** Something was changed: the next page is to show it. */
  forget(): void {
    this.#read = undefined;
  }
}
