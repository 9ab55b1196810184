/** The entries of tabs in the navigation, with their counts. */
import type { ApiConnection } from "@tsq/core/api";
import type { TabLink } from "../layout/frame.ts";
import { KeptReadings } from "../readings/kept-readings.ts";
import type { Words } from "../words/words.ts";

/** What the navigation shows of a tab. */
export interface TabEntry {
  readonly name: string;
  readonly path: string;
  readonly label?: string | undefined;
  readonly count?: ((api: ApiConnection) => number | undefined | Promise<number | undefined>) | undefined;
}

// Every page has the navigation, and waits for it; after a minute a count tells of how many there were, not of how many there are.
const KEPT = { freshMs: 5_000, usableMs: 5_000, staleMs: 60_000 };
const MOST_WAIT_MS = 250;

/** Counts are read once in a while, however many pages are open; none waits long for one. */
export class TabList {
  readonly #tabs: readonly TabEntry[];
  readonly #api: ApiConnection;
  readonly #counts: KeptReadings<number | undefined>;

  constructor(tabs: readonly TabEntry[], api: ApiConnection) {
    this.#tabs = tabs;
    this.#api = api;
    this.#counts = new KeptReadings({ ...KEPT, most: tabs.length });
  }

  /** @param isAway whether Redis is: then nothing is counted */
  links(words: Words, isAway: boolean): Promise<readonly TabLink[]> {
    return Promise.all(
      this.#tabs.map(async (tab) => ({
        label: words.t(tab.label ?? tab.name),
        path: tab.path,
        count: isAway
          ? undefined
          : await this.#counts.get(tab.path, () => countOf(tab, this.#api), MOST_WAIT_MS),
      })),
    );
  }

  /** Something was changed: the next page is to show it. */
  forget(): void {
    this.#counts.forget();
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
