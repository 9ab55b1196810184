/**
 * Makes an in-flight hash agree with the worker that owns it again, after the server lost it, went back to an
 * older state, or gave its jobs to others while we were frozen.
 */
import { keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { FetchEvents, UnitOfWork } from "./fetch.ts";
import type { Landings } from "./landings.ts";
import { NO_CALLS } from "./calls.ts";
import type { Calls } from "./calls.ts";
import type { Landing, Lanes } from "./lane.ts";
import { takeUp } from "./ownership.ts";
import type { Owner } from "./ownership.ts";
import { heldValue, MOVED, splitHeld } from "./reliable-unit.ts";
import type { ReliableUnit } from "./reliable-unit.ts";
import { requeueSlots, requeueUnits } from "./requeue-units.ts";
import type { Slots } from "./slots.ts";

export interface RecoveryOptions {
  readonly redis: Redis;
  readonly owner: Owner;
  readonly lanes: Lanes;
  readonly slots: Slots;
  readonly landings: Landings;
  readonly events: Pick<FetchEvents, "lost" | "hindered">;
  /** Calls can be sent again. */
  readonly ended: () => void;
}

type Filling = readonly [slot: string, value: string];

export class Recovery {
  readonly #options: RecoveryOptions;
  #going: Promise<void> | undefined;
  #begin = (): void => {};
  // They are being handed back: gone, and yet ours to write down.
  #leaving = new Set<ReliableUnit>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  get isGoing(): boolean {
    return this.#going !== undefined;
  }

  /** From now on, until `left`, these are written down again although they are gone. */
  leave(units: readonly ReliableUnit[]): void {
    for (const unit of units) this.#leaving.add(unit);
  }

  left(units: readonly ReliableUnit[]): void {
    for (const unit of units) this.#leaving.delete(unit);
  }

  /** Whether one of these is still this worker's to hand back. */
  isLeaving(units: readonly ReliableUnit[]): boolean {
    return units.some((unit) => this.#leaving.has(unit));
  }

  /** Puts unfinished jobs back into their queues, whatever the server has forgotten of them. */
  handBack(units: readonly UnitOfWork[]): Promise<number> {
    const { redis, owner, lanes, events } = this.#options;
    const calls = (): Calls => lanes.answered();
    const refused = events.hindered;
    return requeueUnits(units, { redis, inFlight: owner.inFlight, calls, recovery: this, refused });
  }

  /** Resolves when the hash is as it should be, or is another one because the jobs of the old one are others' now. */
  run(): Promise<void> {
    this.#going ??= new Promise<void>((resolve) => (this.#begin = resolve))
      .then(() => this.#takeOver())
      .finally(() => {
        this.#going = undefined;
        this.#options.ended();
      });
    this.lookAtCalls();
    return this.#going;
  }

  /** Begins once no call is on its way that may be answered with jobs: in the hash they would look like strangers. */
  lookAtCalls(): void {
    if (this.#options.lanes.areRefused) this.#begin();
  }

  async #takeOver(): Promise<void> {
    const { redis, owner, lanes, slots } = this.#options;
    const wasRescued = await this.#isRescued();
    if (wasRescued) this.#lose();
    const ended = [...slots.ended(), ...lanes.all.flatMap(({ call }) => call?.ended ?? [])];
    const running = [...this.#leaving, ...slots.units().filter((unit) => !unit.isGone)];
    const offPad = await this.#lookAtPads();
    const missing = await this.#reconcile([...running, ...ended]);
    let fillings = missing.flatMap((unit) => this.#fillingOf(unit, offPad));
    if (wasRescued) {
      await redis.hdel(owner.inFlight, "", ...ended.map((unit) => unit.slot));
      if (!(await redis.exists(owner.inFlight))) await redis.hdel(keys.OWNERS, owner.name);
      owner.renew();
      lanes.restart();
      fillings = ended.filter((unit) => unit.hasMoved).map((unit) => [unit.slot, MOVED]);
    }
    await takeUp(redis, owner.entries(), lanes.all, fillings);
    owner.lease.settle();
  }

  /** Whether what we held has been given to others; also when that is so long ago that the mark of it is gone. */
  async #isRescued(): Promise<boolean> {
    const { redis, owner } = this.#options;
    return owner.lease.hasRunOut || (await redis.exists(keys.rescuedKey(owner.name))) === 1;
  }

  #lose(): void {
    this.#leaving.clear();
    for (const unit of this.#options.slots.units()) {
      if (unit.isGone) continue;
      unit.isGone = true;
      this.#options.events.lost(unit);
    }
  }

  /** A pad may hold another job than the one that landed, or none: then that one is on no pad any more. */
  async #lookAtPads(): Promise<ReadonlySet<ReliableUnit>> {
    const { redis, owner, lanes, landings } = this.#options;
    const all = [...landings.all(), ...lanes.all.flatMap(({ call }) => call?.landings ?? [])];
    const offPad = new Set<ReliableUnit>();
    for (const landing of all) {
      const { unit, isOffPad } = landing;
      // What had no room goes back, whatever it is.
      if (!unit) continue;
      const padKey = keys.padKey(owner.capsule, unit.queue);
      if (!isOffPad && (await redis.lindex(padKey, 0)) === unit.text) continue;
      if (!isOffPad) await redis.lmove(padKey, keys.queueKey(unit.queue), "LEFT", "RIGHT");
      takeOffPad(landing, unit, this.#leaving.has(unit));
      offPad.add(unit);
    }
    return offPad;
  }

  /**
   * Puts back into their queues the jobs in the hash that are not the worker's any more: it had moved or finished
   * them and the server forgot, or they came after a rescuer had looked. To run twice is better than to be lost.
   *
   * @param units what runs, and what has ended without Redis knowing
   * @returns those of them that their slots do not hold
   */
  async #reconcile(units: readonly ReliableUnit[]): Promise<readonly ReliableUnit[]> {
    const { redis, owner, lanes } = this.#options;
    const bySlot = new Map(units.map((unit) => [unit.slot, unit]));
    const hash = new Map(Object.entries(await redis.hgetall(owner.inFlight)));
    const isOlder = lanes.all.some(({ field, answered }) => Number(hash.get(field) ?? -1) < answered);
    const strangers: { slot: string; queue: string }[] = [];
    const marks: string[] = [];
    for (const [slot, value] of hash) {
      if (slot.startsWith("#")) continue;
      const unit = bySlot.get(slot);
      if (value === MOVED) {
        // An answer that is on its way will tell of it; not so when the server has forgotten answers of before.
        if (!unit?.hasMoved && (!unit?.isMoving || isOlder)) marks.push(slot);
        continue;
      }
      const { queue, text } = splitHeld(value);
      if (!unit || unit.hasMoved || unit.text !== text) strangers.push({ slot, queue });
    }
    await requeueSlots(redis, owner.inFlight, strangers, NO_CALLS);
    if (marks.length > 0) await redis.hdel(owner.inFlight, ...marks);
    for (const slot of [...strangers.map(({ slot }) => slot), ...marks]) hash.delete(slot);
    return units.filter(({ slot }) => !hash.has(slot));
  }

  #fillingOf(unit: ReliableUnit, offPad: ReadonlySet<ReliableUnit>): readonly Filling[] {
    if (unit.hasMoved) return [[unit.slot, MOVED]];
    // What is on a pad comes into its slot by the call that adopts it.
    if (unit.adoption && !offPad.has(unit)) return [];
    if (unit.hasEnded && !this.#leaving.has(unit)) return [];
    return [[unit.slot, heldValue(unit)]];
  }
}

/** The call that carries it says nothing of it any more: it is written into its slot, unless it has ended. */
const takeOffPad = (landing: Landing, unit: ReliableUnit, isLeaving: boolean): void => {
  if (!landing.isOffPad) landing.op = isLeaving || !(unit.hasEnded || unit.isGone) ? "adopt" : "done";
  landing.isOffPad = true;
};
