/** What dashboards do to many jobs, and the last of what they did. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnection } from "@tsq/core/api";
import { BulkRecords } from "./bulk-records.ts";
import { BulkWork } from "./bulk-work.ts";
import type { BulkOrder, BulkRun, BulkView } from "./bulk-work.ts";
import { Patience } from "./patience.ts";

const SOON_MS = 1_000;
const LATE_MS = 10 * 60_000;
const MOST_AT_ONCE = 5;
const MOST_KEPT = 50;
// A page that is opened after it is to say what came of it.
const NEWS_MS = 60_000;
const LOST_MS = 3_600_000;

/** Those of this process, and what Redis knows of others. */
export class BulkWorks {
  readonly #records: BulkRecords;
  readonly #works = new Map<string, BulkWork>();
  /** By the same ids: what was asked for, and by whom. */
  readonly #asked = new Map<string, string>();

  readonly #patience: Patience;
  readonly #stopped = new AbortController();

  constructor(api: ApiConnection) {
    this.#patience = new Patience(api);
    this.#records = new BulkRecords(api);
  }

  /** The newest first. */
  async all(): Promise<readonly BulkView[]> {
    const own = [...this.#works.values()].reverse();
    const others = (await this.#records.all()).filter(({ order }) => !this.#works.has(order.id));
    return [...own, ...others].toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  }

  /** Whether one more would be too many. */
  get isFull(): boolean {
    return [...this.#works.values()].filter(({ endedAt }) => endedAt === undefined).length >= MOST_AT_ONCE;
  }

  /** One of this process. */
  own(id: string): BulkWork | undefined {
    return this.#works.get(id);
  }

  /** One of this process, or of another. */
  async find(id: string): Promise<BulkView | undefined> {
    return this.#works.get(id) ?? this.#records.find(id);
  }

  /** Has it ended by whichever process carries it out; answers it where that is this one. */
  async end(id: string): Promise<BulkWork | undefined> {
    const own = this.#works.get(id);
    if (own) own.cancel();
    else await this.#records.askEnd(id);
    return own;
  }

  /** Those of a list that go on, or ended within the last minute; of what its process has left undone, within the last hour. */
  async newsOf(list: string): Promise<readonly BulkView[]> {
    const nowMs = Date.now();
    return (await this.all()).filter(({ order, endedAt, state }) => {
      const shownMs = state === "lost" ? LOST_MS : NEWS_MS;
      return order.list === list && (endedAt === undefined || endedAt.getTime() > nowMs - shownMs);
    });
  }

  /** What was begun by the same form: an id alone is what anybody can send. */
  begunBy(id: string, asked: string): BulkWork | undefined {
    return this.#asked.get(id) === asked ? this.#works.get(id) : undefined;
  }

  /** Whether no other process has begun what has this id. */
  claims(order: BulkOrder, asked: string): Promise<boolean> {
    return this.#records.claims(order, asked);
  }

  /** Begins what has an id of its own. */
  start(order: BulkOrder, asked: string, run: BulkRun, atEnd: (work: BulkWork) => Promise<void>): BulkWork {
    const work = new BulkWork(order, run, atEnd, this.#patience);
    this.#records.follow(work, asked, (task) => this.later(task));
    this.#works.set(order.id, work);
    this.#asked.set(order.id, asked);
    const over = [...this.#works.values()].filter(({ endedAt }) => endedAt !== undefined);
    for (const { order: old } of over.slice(0, Math.max(0, this.#works.size - MOST_KEPT))) {
      this.#works.delete(old.id);
      this.#asked.delete(old.id);
    }
    return work;
  }

  /**
   * What could not be done at the end of one, such as writing it down, is tried again while Redis is away.
   */
  async later(task: () => Promise<boolean>): Promise<void> {
    for (let ms = SOON_MS; ms < LATE_MS && !this.#stopped.signal.aborted; ms *= 2) {
      await sleep(ms, undefined, { signal: this.#stopped.signal, ref: false }).catch(() => {});
      if (await task()) return;
    }
  }

  /** Ends all of them; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    const all = [...this.#works.values()];
    for (const work of all) work.stop();
    await Promise.all(all.flatMap(({ ended, settled }) => [ended, settled]));
  }
}
