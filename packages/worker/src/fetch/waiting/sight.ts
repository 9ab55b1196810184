/**
 * What a capsule knows of the queues that have no pad, and how it learns it: Redis tells of what was looked at
 * (notices.ts), or it is looked at again and again.
 */
import type { Redis } from "@tsq/core/protocol";
import { Emptiness } from "./emptiness.ts";
import { Notices } from "./notices.ts";
import type { NoticesOptions } from "./notices.ts";
import { forgetReaders } from "./readers.ts";

const POLL_MS = { watchman: 100, deputy: 500 };
// As long as a job that nobody has thought of may wait for a watchman who is told nothing.
const AUDIT_MS = 3_000;

type Looker = keyof typeof POLL_MS;

export interface SightOptions extends Omit<NoticesOptions, "told" | "registers"> {
  readonly redis: Redis;
  readonly queueKeys: readonly string[];
  /** The queues that it is about. */
  readonly places: readonly number[];
  /** Else they are looked at again and again. */
  readonly mayTrack: boolean;
  readonly isLeftAlone: (place: number) => boolean;
  /** There may be jobs on one that is not left alone. */
  readonly told: () => void;
}

export class Sight {
  readonly #options: SightOptions;
  readonly #placeOf: ReadonlyMap<string, number>;
  readonly #known: Emptiness;
  readonly #notices: Notices | undefined;
  #open: readonly number[] = [];
  #isStarted = false;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SightOptions) {
    const { redis, queueKeys, places, mayTrack } = options;
    this.#options = options;
    this.#placeOf = new Map(places.map((place) => [queueKeys[place] as string, place]));
    this.#known = new Emptiness(queueKeys.length);
    if (!mayTrack) return;
    this.#notices = new Notices({
      ...options,
      told: (names) => this.#told(names),
      registers: () => forgetReaders(redis, this.#keysOf(places)),
    });
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#notices?.start();
  }

  stop(): void {
    this.#notices?.stop();
  }

  get isTelling(): boolean {
    return this.#notices?.isTelling === true;
  }

  /** The keys of those that are not left alone. */
  get openKeys(): readonly string[] {
    return this.#keysOf(this.#open);
  }

  /** Whether one that is not left alone may hold a job, as far as is known. */
  get mayHoldJobs(): boolean {
    return this.#open.some((place) => !this.#known.isEmpty(place));
  }

  /** @param isIdle who is not looks at nothing: what was known then is known no more, unless it is told of changes */
  isEmpty(place: number, isIdle: boolean): boolean {
    return this.#known.isEmpty(place) && (isIdle || this.isTelling);
  }

  /** Other queues are left alone than before. @returns whether that is so */
  change(): boolean {
    const open = this.#options.places.filter((place) => !this.#options.isLeftAlone(place));
    if (open.length === this.#open.length && open.every((place, i) => place === this.#open[i])) return false;
    for (const place of open) if (!this.#open.includes(place)) this.#known.doubt(place);
    this.#open = open;
    return true;
  }

  /** Nothing is known any more. */
  forget(): void {
    for (const place of this.#options.places) this.#known.doubt(place);
  }

  /** Others look after the queues. */
  close(): void {
    this.#notices?.off();
    this.forget();
  }

  /** In how many milliseconds it must be looked again, at the latest. */
  dueInMs(role: Looker): number {
    return (this.#notices?.isTelling ? AUDIT_MS : POLL_MS[role]) - this.#readAgeMs;
  }

  /** Looks at what may hold jobs, and at all queues now and then. @returns false when it must be done again */
  async look(role: Looker): Promise<boolean> {
    const places = this.#toRead(role);
    if (places.length === 0) return true;
    const wasEmpty = places.every((place) => this.#known.isEmpty(place));
    const wasTelling = this.#notices?.isRegistering === true;
    const look = this.#known.look(places);
    const names = this.#keysOf(places);
    const found = this.#notices
      ? await this.#notices.read(names)
      : await this.#options.redis.exists(...names);
    // The connection is another one.
    if (found === undefined) return false;
    if (places.length === this.#open.length) this.#readAtMs = performance.now();
    if (found === 0) {
      this.#known.foundEmpty(look);
      return true;
    }
    const isUntold = wasEmpty && wasTelling && places.every((place) => this.#known.isEmpty(place));
    for (const place of places) this.#known.doubt(place);
    if (isUntold) this.#notices?.doubt();
    return true;
  }

  /**
   * A look of who is busy at what is known to be empty: a message may have been lost, and one who is never idle would trust
   * for ever what it was told. Now and then; else it looks at nothing. @returns whether there are jobs after all
   */
  async audit(): Promise<boolean> {
    const places = this.#open.filter((place) => this.#known.isEmpty(place));
    if (!this.isTelling || places.length === 0 || this.#readAgeMs < AUDIT_MS) return false;
    this.#readAtMs = performance.now();
    // By a command that registers nothing: what was read before still is.
    if ((await this.#options.redis.exists(...this.#keysOf(places))) === 0) return false;
    const isUntold = places.every((place) => this.#known.isEmpty(place));
    for (const place of places) this.#known.doubt(place);
    if (isUntold) this.#notices?.doubt();
    return true;
  }

  #toRead(role: Looker): readonly number[] {
    const isDue = this.dueInMs(role) <= 0;
    const uncertain = this.#open.filter((place) => !this.#known.isEmpty(place));
    if (this.#notices?.isRegistering) return isDue ? this.#open : uncertain;
    return isDue || uncertain.length > 0 || this.#notices?.isTelling ? this.#open : [];
  }

  get #readAgeMs(): number {
    return performance.now() - this.#readAtMs;
  }

  #told(names: readonly string[] | undefined): void {
    const places = names ? names.map((name) => this.#placeOf.get(name)) : this.#options.places;
    let isOurs = false;
    for (const place of places) {
      if (place === undefined) continue;
      this.#known.doubt(place);
      isOurs ||= !this.#options.isLeftAlone(place);
    }
    if (isOurs) this.#options.told();
  }

  #keysOf(places: readonly number[]): readonly string[] {
    return places.map((place) => this.#options.queueKeys[place] as string);
  }
}
