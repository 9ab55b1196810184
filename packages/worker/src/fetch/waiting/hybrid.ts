/**
 * Pads for some of a capsule's queues, and a watch over the others. Where Redis does not tell of jobs, the others get pads
 * as well, as long as they are few: then the watch is over until the worker is started again.
 */
import type { NamedQueues } from "../named-queues.ts";
import type { LandingPads } from "../reliable/landing-pads.ts";
import type { QueueWatch } from "./queue-watch.ts";
import type { TakenJob, Waiting } from "./waiting.ts";

export class Hybrid implements Waiting {
  readonly #pads: LandingPads[];
  readonly #padded: ReadonlySet<number>;
  // By their names.
  readonly #watched: ReadonlySet<string>;
  #watch: QueueWatch | undefined;

  /** @param padded the places of the queues that have a pad */
  constructor(pads: LandingPads, watch: QueueWatch, { names }: NamedQueues, padded: readonly number[]) {
    this.#pads = [pads];
    this.#watch = watch;
    this.#padded = new Set(padded);
    this.#watched = new Set(names.filter((_, place) => !this.#padded.has(place)));
  }

  start(): void {
    for (const pads of this.#pads) pads.start();
    this.#watch?.start();
  }

  /** From now on these wait at the queues that the watch was over. */
  padTheOthers(others: LandingPads): void {
    const watch = this.#watch;
    if (!watch) return;
    this.#watch = undefined;
    watch.leave().catch(() => {});
    watch.stop();
    this.#pads.push(others);
    others.start();
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
    await Promise.all([...this.#pads.map((pads) => pads.disarm()), this.#watch?.leave()]);
  }

  async disarmed(): Promise<void> {
    await Promise.all(this.#pads.map((pads) => pads.disarmed()));
  }

  stop(): void {
    for (const pads of this.#pads) pads.stop();
    this.#watch?.stop();
  }
}
