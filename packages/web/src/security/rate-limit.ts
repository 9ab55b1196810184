/** How often one viewer may ask: a script that has run wild must not cost Redis what the jobs need. */

// An attacker has many addresses, and this process one memory: the oldest is forgotten first.
const MOST_VIEWERS = 10_000;
const MINUTE_MS = 60_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** A bucket of requests for each viewer, which a minute fills. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param perMinute 0 limits nothing */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /**
   * Takes so many requests out of a viewer's bucket.
   *
   * @returns milliseconds until there are enough again; 0 when there are
   */
  take(viewer: string, cost: number, nowMs: number): number {
    if (this.#perMinute === 0) return 0;
    const before = this.#buckets.get(viewer) ?? { left: this.#perMinute, atMs: nowMs };
    const passedMs = Math.max(0, nowMs - before.atMs);
    const left = Math.min(this.#perMinute, before.left + (passedMs * this.#perMinute) / MINUTE_MS);
    // What costs more than a whole bucket may be asked for once the bucket is full.
    const needed = Math.min(cost, this.#perMinute);
    const isEnough = left >= needed;
    this.#buckets.delete(viewer);
    this.#buckets.set(viewer, { left: isEnough ? left - needed : left, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST_VIEWERS && oldest !== undefined) this.#buckets.delete(oldest);
    return isEnough ? 0 : Math.ceil(((needed - left) * MINUTE_MS) / this.#perMinute);
  }
}
