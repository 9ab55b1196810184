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

/** What one has asked for, and what comes of it: an id alone where another dashboard has begun it. */
interface Form {
  readonly asked: string;
  readonly begun: Promise<BulkWork | string>;
  work?: BulkWork;
}

/** Those of this process, and what Redis knows of others. */
export class BulkWorks {
  readonly #records: BulkRecords;
  readonly #works = new Map<string, BulkWork>();
  /** By the ids of their forms. */
  readonly #forms = new Map<string, Form>();
  readonly #patience: Patience;
  readonly #stopped = new AbortController();

  constructor(api: ApiConnection) {
    this.#patience = new Patience(api);
    this.#records = new BulkRecords(api);
  }

  /** The newest first. */
  async all(): Promise<readonly BulkView[]> {
    return this.#with(await this.#records.all());
  }

  #with(known: readonly BulkView[]): readonly BulkView[] {
    const own = [...this.#works.values()].reverse();
    const others = known.filter(({ order }) => !this.#works.has(order.id));
    return [...own, ...others].toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  }

  /** Whether one more would be too many. */
  get isFull(): boolean {
    const going = [...this.#works.values()].filter(({ endedAt }) => endedAt === undefined).length;
    const coming = [...this.#forms.values()].filter(({ work }) => work === undefined).length;
    return going + coming >= MOST_AT_ONCE;
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
    // The list is there to repair what is in it, also where nobody may, or can, look at this.
    const known = await this.#records.all().catch(() => []);
    return this.#with(known).filter(({ order, endedAt, state }) => {
      const shownMs = state === "lost" ? LOST_MS : NEWS_MS;
      // Also of a clock that is ahead: what is to come is no news for ever.
      return order.list === list && (!endedAt || Math.abs(nowMs - endedAt.getTime()) < shownMs);
    });
  }

  /** Whether a form may have this id. */
  isFree(id: string): boolean {
    return !this.#works.has(id) && !this.#forms.has(id);
  }

  /** What was begun, or is being begun, by the same form: an id alone is what anybody can send. */
  begunBy(id: string, asked: string): Form["begun"] | undefined {
    const form = this.#forms.get(id);
    return form?.asked === asked ? form.begun : undefined;
  }

  /**
   * Begins what has a free id; it has another one where another dashboard has begun something else under it.
   *
   * @returns its id alone when another dashboard has begun the same
   */
  begin(
    order: BulkOrder,
    asked: string,
    run: BulkRun,
    atEnd: (work: BulkWork) => Promise<void>,
  ): Form["begun"] {
    const { id } = order;
    const begun = this.#records.claims(order, asked).then((claimed) => {
      // The same form, sent meanwhile, has got this already; one that comes later is asked about again.
      if (typeof claimed === "string") {
        this.#forms.delete(id);
        return claimed;
      }
      return (form.work = this.#start(claimed, asked, run, atEnd));
    });
    const form: Form = { asked, begun };
    // Before anybody waits: the same form may come while Redis is asked.
    this.#forms.set(id, form);
    begun.catch(() => this.#forms.delete(id));
    return begun;
  }

  #start(order: BulkOrder, asked: string, run: BulkRun, atEnd: (work: BulkWork) => Promise<void>): BulkWork {
    const work = new BulkWork(order, run, atEnd, this.#patience);
    this.#records.follow(work, asked, (task) => this.later(task));
    this.#works.set(order.id, work);
    const over = [...this.#works.values()].filter(({ endedAt }) => endedAt !== undefined);
    for (const old of over.slice(0, Math.max(0, this.#works.size - MOST_KEPT))) {
      this.#works.delete(old.order.id);
      for (const [id, form] of this.#forms) if (form.work === old) this.#forms.delete(id);
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
    for (const work of this.#works.values()) work.stop();
    await Promise.allSettled([...this.#forms.values()].map(({ begun }) => begun));
    const all = [...this.#works.values()];
    for (const work of all) work.stop();
    await Promise.all(all.flatMap(({ ended, settled }) => [ended, settled]));
  }
}
