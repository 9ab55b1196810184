/** What needs a person, read for all who look at once: no page waits long for it, and none fails with it. */
import type { Finding } from "@tsq/core/api";
import { settledWithin } from "./settled-within.ts";

/** What is known of it. */
export interface FindingsNow {
  /** Undefined while nobody has read them yet. */
  readonly list: readonly Finding[] | undefined;
  /** When they were read. */
  readonly at: Date | undefined;
  /** Why they could not be read the last time. */
  readonly problem: string | undefined;
}

const FRESH_MS = 5_000;
/** From then on they tell of how it was, not of how it is. */
const STALE_MS = 60_000;
// The rest of the page takes some ten milliseconds.
const MOST_WAIT_MS = 250;
// Of the first page of all nothing else is known, and it comes while Node still reads its own code.
const FIRST_WAIT_MS = 2_000;
// Where something is changed all the time, whoever asks next reads again.
const MOST_TIMES = 2;

/** The findings, read once in five seconds however many pages are open, and not at all while none is. */
export class FindingsReader {
  readonly #read: () => Promise<readonly Finding[]>;
  readonly #whyFailed: (error: Error) => string;
  #reading: Promise<void> | undefined;
  #now: FindingsNow = { list: undefined, at: undefined, problem: undefined };
  #isFresh = false;
  #endedMs = -Infinity;

  /** @param whyFailed says of an error what a person reads */
  constructor(read: () => Promise<readonly Finding[]>, whyFailed = (error: Error): string => error.message) {
    this.#read = read;
    this.#whyFailed = whyFailed;
  }

  /**
   * Never rejects. Those of before are answered where new ones take longer than `mostWaitMs`: a quarter of a second, and
   * two seconds where there are none yet.
   */
  async now(mostWaitMs = this.#usualWaitMs): Promise<FindingsNow> {
    // While they are read, those that are known may be of before a change.
    const isRead = this.#reading === undefined && this.#isFresh;
    if (isRead && performance.now() - this.#endedMs < FRESH_MS) return this.#now;
    this.#reading ??= this.#readOnce();
    await settledWithin(this.#reading, mostWaitMs);
    const { at, list, problem } = this.#now;
    const isTooOld = at !== undefined && Date.now() - at.getTime() > STALE_MS;
    return isTooOld ? { list: undefined, at: undefined, problem } : { list, at, problem };
  }

  /** Something was changed: the next page is to show it. */
  forget(): void {
    this.#isFresh = false;
  }

  get #usualWaitMs(): number {
    const { list, problem } = this.#now;
    return list === undefined && problem === undefined ? FIRST_WAIT_MS : MOST_WAIT_MS;
  }

  async #readOnce(): Promise<void> {
    this.#isFresh = false;
    // What is forgotten while it is read is of before the change: then it is read once more, for whoever waits.
    for (let times = 0; times < MOST_TIMES && !this.#isFresh; times++) {
      this.#isFresh = true;
      await this.#readNow();
    }
    this.#reading = undefined;
  }

  async #readNow(): Promise<void> {
    try {
      const list = await this.#read();
      this.#now = { list, at: new Date(), problem: undefined };
    } catch (error) {
      const problem = error instanceof Error ? this.#whyFailed(error) : String(error);
      this.#now = { ...this.#now, problem };
    }
    this.#endedMs = performance.now();
  }
}
