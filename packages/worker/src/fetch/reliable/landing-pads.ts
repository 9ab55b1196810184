/** The pads of a capsule: one for each of its queues, or for some. */
import type { Redis } from "@tsq/core/protocol";
import { LandingPad } from "./landing-pad.ts";
import type { LandingPadOptions } from "./landing-pad.ts";
import type { Waiting } from "../waiting/waiting.ts";
import { within } from "../../within.ts";

const DISARM_MS = 1_000;

export class LandingPads implements Waiting {
  readonly #pads: readonly LandingPad[];
  // By the places of their queues.
  readonly #places: readonly number[];
  readonly #byPlace: (LandingPad | undefined)[] = [];
  readonly #redis: Redis;
  #disarmed: Promise<unknown> | undefined;

  /** @param redis the connection through which waiting pads are woken; @param places the queues that have one */
  constructor(redis: Redis, places: readonly number[], optionsOf: (place: number) => LandingPadOptions) {
    this.#redis = redis;
    this.#places = places;
    this.#pads = places.map((place) => (this.#byPlace[place] = new LandingPad(optionsOf(place))));
  }

  start(): void {
    for (const pad of this.#pads) pad.start();
  }

  stop(): void {
    for (const pad of this.#pads) pad.stop();
  }

  arm(): void {
    for (const pad of this.#pads) pad.arm();
  }

  armed(): number {
    return this.#pads.reduce((count, pad) => (pad.isArmed ? count + 1 : count), 0);
  }

  isWatching(queue: number): boolean {
    return this.#byPlace[queue]?.isWatching ?? false;
  }

  takingLate(): readonly number[] {
    return this.#places.filter((place) => this.#byPlace[place]?.mayTakeLate);
  }

  // What a pad brings wakes nobody else.
  took(): void {}

  cleared(queue: number): void {
    this.#byPlace[queue]?.cleared();
  }

  full(): void {
    this.#wake(() => true);
  }

  pause(which: (queue: number) => boolean): void {
    this.#wake(which);
  }

  /** Resolves when no pad waits any more. */
  async disarm(): Promise<void> {
    await (this.#disarmed = Promise.all(this.#pads.map((pad) => pad.disarm(this.#redis))));
  }

  /**
   * Waits for a disarm that is under way: what goes back onto its queue would land on a pad that waits there. Not for ever:
   * a pad that must not be woken gives it back.
   */
  async disarmed(): Promise<void> {
    if (this.#disarmed) await within(DISARM_MS, this.#disarmed);
  }

  /** Wakes pads without waiting for them. */
  #wake(which: (queue: number) => boolean): void {
    this.#pads.forEach((pad, i) => {
      // A pad that cannot be woken lands at most one job, and that is given back.
      if (pad.isArmed && which(this.#places[i] as number)) pad.disarm(this.#redis).catch(() => {});
    });
  }
}
