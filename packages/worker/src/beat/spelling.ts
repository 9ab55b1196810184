/** How this worker writes times: as its option says, or as the oldest Sidekiq that is alive can read them. */
import { spellingFor } from "@tsq/core/protocol";
import type { WireGeneration, WireOption } from "@tsq/core";

export class Spelling {
  readonly #option: WireOption;
  #now: WireGeneration = 8;

  constructor(option: WireOption) {
    this.#option = option;
  }

  get now(): WireGeneration {
    return this.#now;
  }

  /** @param generations of the processes that share the Redis */
  heard(generations: Iterable<number>): void {
    this.#now = this.#option === "auto" ? spellingFor(new Set(generations)) : this.#option;
  }
}
