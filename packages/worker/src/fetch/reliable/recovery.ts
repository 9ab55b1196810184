/**
 * Makes an in-flight hash agree with the worker that owns it again, after the server lost it, went back to an
 * older state, or gave its jobs to others while we were frozen.
 */
import { identityOf, keys, LANE_FIELDS, recover, withoutQueue } from "@tsq/core/protocol";
import type { Bytes, Redis } from "@tsq/core/protocol";
import type { FetchEvents, UnitOfWork } from "../fetch.ts";
import type { Waiting } from "../waiting/waiting.ts";
import type { Landings } from "./landings.ts";
import { areKnown } from "./calls.ts";
import type { Calls } from "./calls.ts";
import type { Landing, Lanes } from "./lane.ts";
import type { Owner } from "./ownership.ts";
import type { ReliableUnit, UnitState } from "./reliable-unit.ts";
import { requeueUnits } from "./requeue-units.ts";
import type { Slots } from "./slots.ts";

export interface RecoveryOptions {
  readonly redis: Redis;
  readonly owner: Owner;
  readonly lanes: Lanes;
  readonly slots: Slots;
  readonly landings: Landings;
  readonly pads: Pick<Waiting, "disarmed">;
  readonly events: Pick<FetchEvents, "lost" | "hindered">;
  /** Calls can be sent again. */
  readonly ended: () => void;
}

// Of the queues of jobs that came back, when they are not the worker's own. More rounds only a server needs that goes
// back in between, or a name that is not UTF-8: then such a job is put aside in its hash.
const MOST_ROUNDS = 5;

// What lua/core/recover.lua calls them.
const MARK = { never: 0, unlessOlder: 1, expected: 2 };
// What is gone may have begun to move before that.
const MARKS: Readonly<Record<UnitState, number>> = {
  landed: MARK.never,
  held: MARK.never,
  ended: MARK.never,
  moving: MARK.unlessOlder,
  gone: MARK.unlessOlder,
  over: MARK.unlessOlder,
  moved: MARK.expected,
};
const FILL = { nothing: 0, job: 1, mark: 2 };

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
    const { redis, owner, lanes, pads, events } = this.#options;
    const { inFlight } = owner;
    const calls = (): Calls => lanes.answered();
    return requeueUnits(units, { redis, inFlight, calls, pads, recovery: this, refused: events.hindered });
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

  /** A server may go back and close no connection. A fetch call finds out, and who is busy or quiet makes none. */
  async lookBack(isOpen: () => boolean): Promise<void> {
    if ((await this.isDue()) && isOpen()) await this.run();
  }

  /** Whether the server lacks a call that it has answered: it has gone back, or our jobs have been given to others. */
  async isDue(): Promise<boolean> {
    const { redis, owner, lanes } = this.#options;
    const { inFlight } = owner;
    const calls = lanes.answered();
    const last = await redis.hmget(inFlight, ...LANE_FIELDS);
    // Meanwhile it may be another one's, by a recovery.
    return inFlight === owner.inFlight && !areKnown(calls, last);
  }

  /** Begins once no call is on its way that may be answered with jobs: in the hash they would look like strangers. */
  lookAtCalls(): void {
    if (this.#options.lanes.areRefused) this.#begin();
  }

  async #takeOver(): Promise<void> {
    const { redis, owner, lanes, slots } = this.#options;
    owner.lastHeard.ask(this);
    const isRescued = await this.#isRescued();
    const relieved = keys.relievedKey(owner.name);
    const kept = isRescued ? "" : (await redis.mget(relieved))[0];
    if (typeof kept === "string") this.#lose(kept);
    const ended = [...slots.ended(), ...lanes.all.flatMap(({ call }) => call?.ended ?? [])];
    const running = [...this.#leaving, ...slots.units().filter((unit) => !unit.isGone)];
    const isDone = await this.#write([...running, ...ended], isRescued);
    // Rescued meanwhile: everything is decided anew.
    if (!isDone) return this.#takeOver();
    if (isRescued) {
      owner.renew();
      lanes.restart();
    }
    // Last: until we call again, what is blocked may be relieved once more.
    if (typeof kept === "string") await redis.unlink(relieved);
    owner.lastHeard.settle(this);
  }

  /** Whether what we held has been given to others; also when that is so long ago that the mark of it is gone. */
  async #isRescued(): Promise<boolean> {
    const { redis, owner } = this.#options;
    return owner.lastHeard.hasRunOut || (await redis.exists(keys.rescuedKey(owner.name))) === 1;
  }

  /** @param kept the slot of a job that nobody else has been given, because it blocked our event loop */
  #lose(kept: string): void {
    for (const unit of this.#leaving) if (unit.slot !== kept) this.#leaving.delete(unit);
    for (const unit of this.#options.slots.units()) {
      if (unit.isGone || unit.slot === kept) continue;
      unit.giveAway();
      this.#options.events.lost(unit);
    }
  }

  /**
   * Makes the hash agree with these, in one step (lua/core/recover.lua).
   *
   * @param units what runs, and what has ended without Redis knowing
   * @param isRescued whether they go into the hash of another owner from now on, and the one of before is emptied
   * @returns false when the jobs turn out to have been rescued, and nothing was done
   */
  async #write(units: readonly ReliableUnit[], isRescued: boolean): Promise<boolean> {
    const { redis, owner, lanes } = this.#options;
    const landings = this.#landed();
    const name = isRescued ? owner.nextName : owner.name;
    const formers = isRescued ? [owner.name, ...owner.formerNames] : owner.formerNames;
    const calls = isRescued ? { first: 0, second: 0 } : lanes.answered();
    const texts = await Promise.all([
      ...units.map((unit) => this.#bytesOf(unit)),
      ...landings.map(({ unit }) => this.#bytesOf(unit)),
    ]);
    // Decided here, whatever becomes of the jobs until the answer comes: so is what the answer means.
    const adopts = landings.map(({ unit }) => (this.#isToHold(unit) ? units.indexOf(unit) + 1 : 0));
    const plan = {
      formers,
      isRescued,
      slots: units.map(({ slot }) => slot),
      queues: units.map(({ queue }) => queue),
      marks: units.map(({ state }) => MARKS[state]),
      fills: units.map((unit) => this.#fillOf(unit, landings)),
      adopts,
    };
    const names = new Set([...owner.queues, ...landings.map(({ unit }) => unit.queue)]);
    for (let round = 1; ; round++) {
      const targets = [...names];
      // Where we have slept since, the answer that there is no mark of a rescue is of before.
      if (!isRescued && owner.lastHeard.hasRunOut) return false;
      const [outcome, ...rest] = await recover(
        redis,
        {
          owners: keys.OWNERS,
          inFlight: keys.inFlightKey(name),
          beat: identityOf(name),
          queues: keys.QUEUES,
          rescued: keys.rescuedKey(owner.name),
          formers: formers.map(keys.inFlightKey),
          targets: targets.map(keys.queueKey),
          pads: landings.map(({ unit }) => keys.padKey(owner.capsule, unit.queue)),
          waiting: owner.padQueues.map((queue) => keys.padKey(owner.capsule, queue)),
        },
        {
          owner: name,
          names: JSON.stringify(owner.padQueues),
          now: String(Date.now() / 1_000),
          ...calls,
          plan: {
            ...plan,
            targets: targets.length,
            landed: landings.map(({ unit }) => targets.indexOf(unit.queue) + 1),
            isLast: round >= MOST_ROUNDS,
          },
          texts,
        },
      );
      if (outcome === -2) return false;
      if (outcome === 1) {
        for (const place of rest) takeOffPad(landings[Number(place) - 1], adopts[Number(place) - 1]);
        return true;
      }
      for (const queue of rest) names.add(String(queue));
    }
  }

  /** The landed jobs that are still on their pads, as far as is known. What had no room goes back, whatever it is. */
  #landed(): readonly Landed[] {
    const { lanes, landings } = this.#options;
    const all = [...landings.all(), ...lanes.all.flatMap(({ call }) => call?.landings ?? [])];
    return all.filter((landing): landing is Landed => !landing.isOffPad && landing.unit !== undefined);
  }

  /** Its slot is to hold it, unless it has ended. */
  #isToHold(unit: ReliableUnit): boolean {
    return this.#leaving.has(unit) || unit.isOurs;
  }

  #fillOf(unit: ReliableUnit, landings: readonly Landed[]): number {
    if (unit.state === "moved") return FILL.mark;
    // What is on a pad comes into its slot by the call that adopts it.
    if (landings.some((landing) => landing.unit === unit)) return FILL.nothing;
    return this.#isToHold(unit) ? FILL.job : FILL.nothing;
  }

  /** Its payload as Redis has it. Bytes that are no UTF-8 read as U+FFFD: the text has lost them, Redis may have not. */
  async #bytesOf({ text, slot, queue }: ReliableUnit): Promise<Bytes> {
    if (!text.includes("\ufffd")) return text;
    const { redis, owner } = this.#options;
    const held = await redis.hgetBuffer(owner.inFlight, slot);
    const landed = await redis.lrangeBuffer(keys.padKey(owner.capsule, queue), 0, 0);
    const found = [...(held ? [withoutQueue(held)] : []), ...landed];
    return found.find((bytes) => bytes.toString("utf8") === text) ?? text;
  }
}

type Landed = Landing & { readonly unit: ReliableUnit };

/** The call that carries it says nothing of it any more: it has been written into its slot, unless it had ended. */
const takeOffPad = (landing: Landing | undefined, adopts: number | undefined): void => {
  if (!landing) return;
  landing.op = adopts ? "adopt" : "done";
  landing.isOffPad = true;
};
