/** What this process does to many jobs, and the last of what it did. */
import type { BulkOptions, BulkReport } from "@tsq/core/api";
import { BulkWork } from "./bulk-work.ts";
import type { BulkOrder } from "./bulk-work.ts";

const MOST_AT_ONCE = 5;
const MOST_KEPT = 50;
// A page that is opened after it is to say what came of it.
const NEWS_MS = 60_000;

/** They live as long as the process does: no other one knows of them. */
export class BulkWorks {
  readonly #works = new Map<string, BulkWork>();
  /** By the same ids: what was asked for, and by whom. */
  readonly #asked = new Map<string, string>();

  /** The newest first. */
  get all(): readonly BulkWork[] {
    return [...this.#works.values()].reverse();
  }

  /** Whether one more would be too many. */
  get isFull(): boolean {
    return this.all.filter(({ endedAt }) => endedAt === undefined).length >= MOST_AT_ONCE;
  }

  find(id: string): BulkWork | undefined {
    return this.#works.get(id);
  }

  /** Those of a list that go on, or ended within the last minute. */
  newsOf(list: string): readonly BulkWork[] {
    const since = Date.now() - NEWS_MS;
    return this.all.filter(
      ({ order, endedAt }) => order.list === list && (endedAt === undefined || endedAt.getTime() > since),
    );
  }

  /** What was begun by the same form: an id alone is what anybody can send. */
  begunBy(id: string, asked: string): BulkWork | undefined {
    return this.#asked.get(id) === asked ? this.#works.get(id) : undefined;
  }

  /** Begins what has an id of its own. */
  start(
    order: BulkOrder,
    asked: string,
    run: (options: BulkOptions) => Promise<BulkReport>,
    atEnd: (work: BulkWork) => Promise<void>,
  ): BulkWork {
    const work = new BulkWork(order, run, atEnd);
    this.#works.set(order.id, work);
    this.#asked.set(order.id, asked);
    const over = [...this.#works.values()].filter(({ endedAt }) => endedAt !== undefined);
    for (const { order: old } of over.slice(0, Math.max(0, this.#works.size - MOST_KEPT))) {
      this.#works.delete(old.id);
      this.#asked.delete(old.id);
    }
    return work;
  }

  /** Ends all of them; resolves when they have ended. */
  async stop(): Promise<void> {
    for (const work of this.#works.values()) work.cancel();
    await Promise.all([...this.#works.values()].map(({ ended }) => ended));
  }
}
