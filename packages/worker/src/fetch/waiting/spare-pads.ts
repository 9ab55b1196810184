/**
 * Pads at the queues of a watch that is told nothing, until it is.
 *
 * Then they are given up. In that moment a job may come to one of them, also by a connection that is just lost, and nobody
 * else looks there as long as this process lives. So all stay until each is known to be empty, with nothing that waits there:
 * that is so when it would be armed again, and asks whether it may.
 */
import type { LandingPads } from "../reliable/landing-pads.ts";

/** Whether the pad of this queue may be armed. */
type MayArm = (place: number) => boolean;

export class SparePads {
  readonly #count: number;
  readonly #make: (mayArm: MayArm) => LandingPads;
  #pads: LandingPads | undefined;
  #areLeaving = false;
  readonly #settled = new Set<number>();
  // Of those that were given up: where Redis ends no connections, a move of a lost one may still come.
  readonly #late = new Set<number>();

  constructor(count: number, make: (mayArm: MayArm) => LandingPads) {
    this.#count = count;
    this.#make = make;
  }

  /** Those that there are: all together, or none. */
  all(): readonly LandingPads[] {
    return this.#pads ? [this.#pads] : [];
  }

  /** The queues of which a job may still come to a pad, also to one that there is no more. */
  takingLate(): readonly number[] {
    return [...new Set([...this.#late, ...(this.#pads?.takingLate() ?? [])])];
  }

  /** Jobs are waited for there. */
  open(): void {
    this.#areLeaving = false;
    this.#settled.clear();
    if (this.#pads) return this.#pads.arm();
    this.#pads = this.#make((place) => this.#mayArm(place));
    this.#pads.start();
  }

  /** Nobody waits there from now on. */
  close(): void {
    const pads = this.#pads;
    if (!pads) return;
    this.#areLeaving = true;
    // One that cannot be woken asks when its time is over.
    pads.disarm().then(
      () => pads.arm(),
      () => {},
    );
  }

  #mayArm(place: number): boolean {
    if (!this.#areLeaving) return true;
    this.#settled.add(place);
    if (this.#settled.size === this.#count) {
      for (const late of this.#pads?.takingLate() ?? []) this.#late.add(late);
      this.#pads?.stop();
      this.#pads = undefined;
    }
    return false;
  }
}
