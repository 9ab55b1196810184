/** Pads for some of a capsule's queues, and a watch over the others. */
import type { LandingPads } from "../reliable/landing-pads.ts";
import type { QueueWatch } from "./queue-watch.ts";
import type { Waiting } from "./waiting.ts";

export class Hybrid implements Waiting {
  readonly #pads: LandingPads;
  readonly #watch: QueueWatch;
  readonly #isPadded: (queue: number) => boolean;

  constructor(pads: LandingPads, watch: QueueWatch, isPadded: (queue: number) => boolean) {
    this.#pads = pads;
    this.#watch = watch;
    this.#isPadded = isPadded;
  }

  start(): void {
    this.#pads.start();
    this.#watch.start();
  }

  arm(): void {
    this.#pads.arm();
    this.#watch.arm();
  }

  armed(): number {
    return this.#pads.armed();
  }

  isWatching(queue: number, isShort: boolean): boolean {
    return this.#isPadded(queue) ? this.#pads.isWatching(queue) : this.#watch.isWatching(queue, isShort);
  }

  took(): void {
    this.#watch.took();
  }

  cleared(queue: number): void {
    this.#pads.cleared(queue);
  }

  full(): void {
    this.#pads.full();
    this.#watch.full();
  }

  pause(which: (queue: number) => boolean): void {
    this.#pads.pause(which);
    this.#watch.pause();
  }

  async disarm(): Promise<void> {
    await Promise.all([this.#pads.disarm(), this.#watch.leave()]);
  }

  disarmed(): Promise<void> {
    return this.#pads.disarmed();
  }

  stop(): void {
    this.#pads.stop();
    this.#watch.stop();
  }
}
