/** The entries of tabs in the navigation, with their counts. */
import type { ApiConnection } from "@tsq/core/api";
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

interface Counted {
  readonly atMs: number;
  readonly count: Promise<number | undefined>;
}

/** Counts are read once in a while, however many pages are open. */
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

  #count(tab: TabEntry): Promise<number | undefined> {
    const nowMs = performance.now();
    const known = this.#counted.get(tab);
    if (known && nowMs - known.atMs < FRESH_MS) return known.count;
    const count = countOf(tab, this.#api);
    this.#counted.set(tab, { atMs: nowMs, count });
    return count;
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
