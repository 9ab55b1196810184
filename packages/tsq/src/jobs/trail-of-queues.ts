/** What the audit trail has of work on many queues: the first hundred have an entry each, all others one together. */
import { counted } from "../cli/counted.ts";
import type { Done } from "./audit.ts";
import type { Hands } from "./hands.ts";

/** Of ten thousand entries the trail forgets the oldest: those of everybody else. */
const MOST_ENTRIES = 100;

interface Together {
  readonly first: Done;
  queues: number;
  count: number;
  readonly classes: Set<string>;
}

export class TrailOfQueues {
  readonly #write: Hands["write"];
  readonly #to: string;
  #written = 0;
  /** By how it has ended. */
  readonly #rest = new Map<string, Together>();

  /** @param to the queue of a move; else empty */
  constructor(write: Hands["write"], to: string) {
    this.#write = write;
    this.#to = to;
  }

  async write(done: Done): Promise<void> {
    if (this.#written < MOST_ENTRIES) {
      this.#written++;
      return this.#write(done);
    }
    const { outcome = "done", count, classes = [] } = done;
    const together = this.#rest.get(outcome) ?? { first: done, queues: 0, count: 0, classes: new Set() };
    this.#rest.set(outcome, together);
    together.queues++;
    together.count += count;
    for (const name of classes) together.classes.add(name);
  }

  /** However it has ended: what was done stands in it. */
  async end(): Promise<void> {
    for (const { first, queues, count, classes } of this.#rest.values()) {
      const those = `${counted(queues, "queue")}${this.#to === "" ? "" : ` ${this.#to}`}`;
      // What names them is the same of each, but for how many are gone.
      await this.#write(queues === 1 ? first : { ...first, subject: those, count, classes: [...classes] });
    }
  }
}
