/**
 * Pads for some of a capsule's queues, and a watch over the others. Where Redis does not tell of jobs, the others get pads
 * as well, as long as they are few, and the watch is over, until it is tried again and Redis tells.
 */
import type { NamedQueues } from "../named-queues.ts";
import type { LandingPads } from "../reliable/landing-pads.ts";
import type { QueueWatch } from "./queue-watch.ts";
import { Retrials } from "./retrials.ts";
import type { SparePads } from "./spare-pads.ts";
import type { TakenJob, Waiting } from "./waiting.ts";

export interface HybridParts {
  readonly pads: LandingPads;
  /** The places of the queues that have a pad in any case. */
  readonly padded: readonly number[];
  readonly newWatch: () => QueueWatch;
  /** At the queues that the watch is over. */
  readonly spare: SparePads;
}

export class Hybrid implements Waiting {
  readonly #parts: HybridParts;
  readonly #padded: ReadonlySet<number>;
  // By their names.
  readonly #watched: ReadonlySet<string>;
  #watch: QueueWatch | undefined;
  // One that has no part in anything before Redis tells it.
  #probing: QueueWatch | undefined;
  readonly #retrials = new Retrials(() => {
    this.#probing = this.#parts.newWatch();
    this.#probing.probe();
  });

  constructor(parts: HybridParts, { names }: NamedQueues) {
    this.#parts = parts;
    this.#watch = parts.newWatch();
    this.#padded = new Set(parts.padded);
    this.#watched = new Set(names.filter((_, place) => !this.#padded.has(place)));
  }

  start(): void {
    this.#parts.pads.start();
    this.#watch?.start();
  }

  /** It has pads at all queues, and tries again whether Redis tells. */
  get isProbing(): boolean {
    return this.#probing !== undefined;
  }

  /** Redis tells of jobs. */
  told(): void {
    this.#retrials.told();
    const watch = this.#probing;
    if (!watch) return;
    this.#probing = undefined;
    this.#watch = watch;
    watch.start();
    this.#parts.spare.close();
  }

  /** It does not: pads wait at the queues that the watch was over. @returns whether that is a change */
  untold(): boolean {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.leave().catch(() => {});
    this.#probing?.stop();
    this.#probing = undefined;
    this.#retrials.refused();
    if (!watch) return false;
    this.#parts.spare.open();
    return true;
  }

  arm(): void {
    for (const pads of this.#pads) pads.arm();
    this.#watch?.arm();
  }

  armed(): number {
    return this.#pads.reduce((sum, pads) => sum + pads.armed(), 0);
  }

  takingLate(): readonly number[] {
    return this.#pads.flatMap((pads) => pads.takingLate());
  }

  isWatching(queue: number, isShort: boolean): boolean {
    const watch = this.#watch;
    if (watch && !this.#padded.has(queue)) return watch.isWatching(queue, isShort);
    return this.#pads.some((pads) => pads.isWatching(queue));
  }

  took(jobs: readonly TakenJob[]): void {
    this.#watch?.took(jobs.some(({ queue }) => this.#watched.has(queue)));
  }

  cleared(queue: number): void {
    for (const pads of this.#pads) pads.cleared(queue);
  }

  full(): void {
    for (const pads of this.#pads) pads.full();
    this.#watch?.full();
  }

  pause(which: (queue: number) => boolean): void {
    for (const pads of this.#pads) pads.pause(which);
    this.#watch?.pause();
  }

  async disarm(): Promise<void> {
    this.#noMoreTrials();
    await Promise.all([...this.#pads.map((pads) => pads.disarm()), this.#watch?.leave()]);
  }

  async disarmed(): Promise<void> {
    await Promise.all(this.#pads.map((pads) => pads.disarmed()));
  }

  stop(): void {
    this.#noMoreTrials();
    this.#parts.pads.stop();
    this.#parts.spare.stop();
    this.#watch?.stop();
  }

  #noMoreTrials(): void {
    this.#retrials.stop();
    this.#probing?.stop();
    this.#probing = undefined;
  }

  get #pads(): readonly LandingPads[] {
    return [this.#parts.pads, ...this.#parts.spare.all()];
  }
}
