/**
 * The pads of a capsule: one for each of its queues, or for some. A pad that has no connection waits for nothing, and may
 * be without one for long: where Redis takes no more connections, say. As long as one is, the capsule looks for jobs itself.
 */
import type { Redis } from "@tsq/core/protocol";
import { LandingPad } from "./landing-pad.ts";
import type { LandingPadOptions } from "./landing-pad.ts";
import { Alarm } from "../waiting/alarm.ts";
import type { Waiting } from "../waiting/waiting.ts";
import { within } from "../../within.ts";

const DISARM_MS = 1_000;
// A fetch call of the queues that nobody waits at.
const LOOK_EVERY_MS = 1_000;

export class LandingPads implements Waiting {
  readonly #pads: readonly LandingPad[];
  // By the places of their queues.
  readonly #places: readonly number[];
  readonly #byPlace: (LandingPad | undefined)[] = [];
  readonly #redis: Redis;
  readonly #look: () => void;
  readonly #missing = new Alarm(() => this.#lookInstead());
  #isStopped = false;
  #disarmed: Promise<unknown> | undefined;

  /**
   * @param redis the connection through which waiting pads are woken; @param places the queues that have one
   * @param look has the capsule look for jobs where no pad waits
   */
  constructor(
    redis: Redis,
    places: readonly number[],
    look: () => void,
    optionsOf: (place: number) => Omit<LandingPadOptions, "lost" | "refused">,
  ) {
    this.#redis = redis;
    this.#places = places;
    this.#look = look;
    const lost = (): void => {
      if (!this.#isStopped) this.#missing.within(LOOK_EVERY_MS);
    };
    this.#pads = places.map(
      (place) => (this.#byPlace[place] = new LandingPad({ ...optionsOf(place), lost, refused: look })),
    );
  }

  start(): void {
    for (const pad of this.#pads) pad.start();
    this.#missing.within(LOOK_EVERY_MS);
  }

  #lookInstead(): void {
    if (this.#pads.every((pad) => pad.isConnected)) return;
    this.#look();
    this.#missing.within(LOOK_EVERY_MS);
  }

  stop(): void {
    // Each pad that stops loses its connection.
    this.#isStopped = true;
    for (const pad of this.#pads) pad.stop();
    this.#missing.stop();
  }

  arm(): void {
    for (const pad of this.#pads) pad.arm();
  }

  /** Looks for a job on those that wait for none, as by a move that comes late. */
  lookAgain(): void {
    for (const pad of this.#pads) pad.lookAgain();
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
