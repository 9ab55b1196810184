/**
 * Makes an in-flight hash agree with the worker that owns it again, after the server lost it, went back to an
 * older state, or gave its jobs to others while we were frozen.
 */
import { keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { FetchEvents, UnitOfWork } from "./fetch.ts";
import type { Lanes } from "./lane.ts";
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
  readonly events: Pick<FetchEvents, "lost" | "hindered">;
  /** Calls can be sent again. */
  readonly ended: () => void;
}

type Filling = readonly [slot: string, value: string];

export class Recovery {
  readonly #options: RecoveryOptions;
  #going: Promise<void> | undefined;
  #begin = (): void => {};

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  get isGoing(): boolean {
    return this.#going !== undefined;
  }

  /** Puts unfinished jobs back into their queues, and resolves with how many. */
  handBack(units: readonly UnitOfWork[]): Promise<number> {
    const { redis, owner, events } = this.#options;
    return requeueUnits(redis, owner.inFlight, units, () => this.isForgotten(), events.hindered);
  }

  /** Whether the server has forgotten calls that it had answered, and nobody has rescued what they took. */
  async isForgotten(): Promise<boolean> {
    const { redis, owner, lanes } = this.#options;
    if (await this.#isRescued()) return false;
    const seqs = await redis.hmget(owner.inFlight, ...lanes.all.map(({ field }) => field));
    return lanes.all.some((lane, i) => Number(seqs[i] ?? -1) < lane.answered);
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
    const running = slots.units().filter((unit) => !unit.isGone);
    let fillings = await reconcile(redis, owner.inFlight, [...running, ...ended]);
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
    for (const unit of this.#options.slots.units()) {
      if (unit.isGone) continue;
      unit.isGone = true;
      this.#options.events.lost(unit);
    }
  }
}

/**
 * Puts back into their queues the jobs in the hash that are not the worker's any more: it had moved or finished
 * them and the server forgot, or they came after a rescuer had looked. To run twice is better than to be lost.
 *
 * @param units what runs, and what has ended without Redis knowing
 * @returns what slots are to hold and do not
 */
const reconcile = async (
  redis: Redis,
  inFlight: string,
  units: readonly ReliableUnit[],
): Promise<readonly Filling[]> => {
  const bySlot = new Map(units.map((unit) => [unit.slot, unit]));
  const hash = new Map(Object.entries(await redis.hgetall(inFlight)));
  const strangers: { slot: string; queue: string }[] = [];
  const marks: string[] = [];
  for (const [slot, value] of hash) {
    if (slot.startsWith("#")) continue;
    const unit = bySlot.get(slot);
    if (value === MOVED) {
      // An answer that is on its way will tell of it.
      if (!unit?.hasMoved && !unit?.isMoving) marks.push(slot);
      continue;
    }
    const { queue, text } = splitHeld(value);
    if (!unit || unit.hasMoved || unit.text !== text) strangers.push({ slot, queue });
  }
  await requeueSlots(redis, inFlight, strangers);
  if (marks.length > 0) await redis.hdel(inFlight, ...marks);
  for (const slot of [...strangers.map(({ slot }) => slot), ...marks]) hash.delete(slot);
  return units.flatMap((unit) => fillingOf(unit, hash));
};

const fillingOf = (unit: ReliableUnit, hash: ReadonlyMap<string, string>): readonly Filling[] => {
  if (hash.has(unit.slot)) return [];
  if (unit.hasMoved) return [[unit.slot, MOVED]];
  // What is on a pad comes into its slot by the call that adopts it.
  if (unit.hasEnded || unit.adoption) return [];
  return [[unit.slot, heldValue(unit)]];
};
