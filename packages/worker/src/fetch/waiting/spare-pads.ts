/**
 * Pads at the queues of a watch that is told nothing, until it is.
 *
 * Then they are given up. In that moment a job may come to one of them, also by a connection that is just lost, and nobody
 * else looks there as long as this process lives. So all stay until each is known to be empty, with nothing that waits there:
 * that is so when it would be armed again, and asks whether it may. Where Redis ends no connections, a move of a lost one may
 * come for an hour: as long as that is so they stay, wait for nothing, and look at what is on them now and then.
 */
import { Alarm } from "./alarm.ts";
import type { LandingPads } from "../reliable/landing-pads.ts";

const LOOK_EVERY_MS = 10_000;

/** Whether the pad of this queue may be armed. */
type MayArm = (place: number) => boolean;

export class SparePads {
  readonly #count: number;
  readonly #make: (mayArm: MayArm) => LandingPads;
  #pads: LandingPads | undefined;
  #areLeaving = false;
  readonly #settled = new Set<number>();
  readonly #again = new Alarm(() => this.#pads?.lookAgain());

  constructor(count: number, make: (mayArm: MayArm) => LandingPads) {
    this.#count = count;
    this.#make = make;
  }

  /** Those that there are: all together, or none. */
  all(): readonly LandingPads[] {
    return this.#pads ? [this.#pads] : [];
  }

  /** Jobs are waited for there. */
  open(): void {
    this.#areLeaving = false;
    this.#settled.clear();
    this.#again.stop();
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

  stop(): void {
    this.#again.stop();
    this.#pads?.stop();
  }

  #mayArm(place: number): boolean {
    if (!this.#areLeaving) return true;
    if (!this.#pads?.takingLate().includes(place)) this.#settled.add(place);
    if (this.#settled.size < this.#count) this.#again.within(LOOK_EVERY_MS);
    else {
      this.stop();
      this.#pads = undefined;
    }
    return false;
  }
}
