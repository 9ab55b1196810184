/** The pads of a capsule, one for each of its queues, in their order. */
import type { Redis } from "@tsq/core/protocol";
import { LandingPad } from "./landing-pad.ts";
import type { LandingPadOptions } from "./landing-pad.ts";
import { within } from "../../within.ts";

const DISARM_MS = 1_000;

export class LandingPads {
  readonly #pads: readonly LandingPad[];
  readonly #redis: Redis;
  #disarmed: Promise<unknown> | undefined;

  /** @param redis the connection through which waiting pads are woken */
  constructor(redis: Redis, count: number, optionsOf: (pad: number) => LandingPadOptions) {
    this.#redis = redis;
    this.#pads = Array.from({ length: count }, (_, i) => new LandingPad(optionsOf(i)));
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

  isWatching(pad: number): boolean {
    return this.#pads[pad]?.isWatching ?? false;
  }

  cleared(pad: number): void {
    this.#pads[pad]?.cleared();
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
  wake(which: (pad: number) => boolean = () => true): void {
    this.#pads.forEach((pad, i) => {
      // A pad that cannot be woken lands at most one job, and that is given back.
      if (pad.isArmed && which(i)) pad.disarm(this.#redis).catch(() => {});
    });
  }
}
