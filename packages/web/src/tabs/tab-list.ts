/** The entries of tabs in the navigation, with their counts. */
import type { ApiConnection } from "@tsq/core/api";
import { settledWithin } from "../readings/settled-within.ts";
import type { TabLink } from "../layout/frame.ts";
import type { Words } from "../words/words.ts";

/** What the navigation shows of a tab. */
export interface TabEntry {
  readonly name: string;
  readonly path: string;
  readonly label?: string | undefined;
  readonly count?: ((api: ApiConnection) => number | undefined | Promise<number | undefined>) | undefined;
}

const FRESH_MS = 5_000;
/** From then on a count tells of how many there were, not of how many there are. */
const STALE_MS = 60_000;
// Every page has the navigation, and waits for it.
const MOST_WAIT_MS = 250;

interface Counted {
  count: number | undefined;
  atMs: number;
  reading: Promise<void> | undefined;
  sinceMs: number;
}

/** Counts are read once in a while, however many pages are open; none waits long for one. */
export class TabList {
  readonly #tabs: readonly TabEntry[];
  readonly #api: ApiConnection;
  readonly #counted = new Map<TabEntry, Counted>();

  constructor(tabs: readonly TabEntry[], api: ApiConnection) {
    this.#tabs = tabs;
    this.#api = api;
  }

  /** @param isAway whether Redis is: then nothing is counted */
  links(words: Words, isAway: boolean): Promise<readonly TabLink[]> {
    return Promise.all(
      this.#tabs.map(async (tab) => ({
        label: words.t(tab.label ?? tab.name),
        path: tab.path,
        count: isAway ? undefined : await this.#count(tab),
      })),
    );
  }

  /** Something was changed: the next page is to show it. */
  forget(): void {
    this.#counted.clear();
  }

  /** The one of before where a new one takes longer, or none. */
  async #count(tab: TabEntry): Promise<number | undefined> {
    if (!tab.count) return undefined;
    const nowMs = performance.now();
    const kept = this.#keptOf(tab);
    if (nowMs - kept.atMs >= FRESH_MS) {
      if (!kept.reading) {
        kept.sinceMs = nowMs;
        kept.reading = this.#read(tab, kept);
      }
      // Of one that never answers it is the first page that waits, and not each.
      await settledWithin(kept.reading, kept.sinceMs + MOST_WAIT_MS - nowMs);
    }
    return performance.now() - kept.atMs < STALE_MS ? kept.count : undefined;
  }

  #keptOf(tab: TabEntry): Counted {
    const kept = this.#counted.get(tab) ?? {
      count: undefined,
      atMs: -Infinity,
      reading: undefined,
      sinceMs: 0,
    };
    this.#counted.set(tab, kept);
    return kept;
  }

  async #read(tab: TabEntry, kept: Counted): Promise<void> {
    kept.count = await countOf(tab, this.#api);
    kept.atMs = performance.now();
    kept.reading = undefined;
  }
}

/** A count that fails keeps no page from being shown. */
const countOf = async ({ count }: TabEntry, api: ApiConnection): Promise<number | undefined> => {
  try {
    return await count?.(api);
  } catch {
    return undefined;
  }
};
