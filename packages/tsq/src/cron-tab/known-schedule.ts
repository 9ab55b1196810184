/** The cron schedule of one Redis, with the namespaces that it has: only a look at all of its keys tells them, and that is made for all who ask. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnection } from "@tsq/core/api";
import type { CronSchedule } from "@tsq/cron";

// For that long nobody looks at all keys again.
const FRESH_MS = 60_000;
// Of ten million keys it takes seconds, and there is the schedule of before.
const MOST_WAIT_MS = 250;

export class KnownSchedule {
  readonly #api: ApiConnection;
  #known: CronSchedule | undefined;
  #atMs = -Infinity;
  #looking: Promise<CronSchedule> | undefined;

  constructor(api: ApiConnection) {
    this.#api = api;
  }

  /** Waits for the first one as long as it takes, later for no more than a quarter of a second. */
  async now(): Promise<CronSchedule> {
    const known = this.#known;
    if (known && performance.now() - this.#atMs < FRESH_MS) return known;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    if (!known) return this.#looking;
    const late = new AbortController();
    const before = sleep(MOST_WAIT_MS, known, { signal: late.signal });
    // What fails is looked for by the next one who asks.
    const found = this.#looking.catch(() => known);
    try {
      return await Promise.race([found, before]);
    } finally {
      late.abort();
      before.catch(() => {});
    }
  }

  async #look(): Promise<CronSchedule> {
    const entries = await (await scheduleOf(this.#api)).entries();
    const namespaces = new Set(["default", ...entries.map(({ namespace }) => namespace)]);
    namespaces.delete("");
    this.#known = await scheduleOf(this.#api, [...namespaces]);
    this.#atMs = performance.now();
    return this.#known;
  }
}

/** @param namespaces by default all that Redis has */
export const scheduleOf = async (
  api: ApiConnection,
  namespaces?: readonly string[],
): Promise<CronSchedule> => {
  // Not before a page wants it: it would take as long to load as the dashboard itself.
  const { CronSchedule } = await import("@tsq/cron");
  return new CronSchedule({
    redis: api.redis,
    middleware: api.middleware,
    ...(namespaces && { namespaces }),
  });
};
