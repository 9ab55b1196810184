/**
 * A job in a slot of the in-flight hash. Taking it out of the slot is the claim on its outcome.
 *
 * ```
 *                       acknowledge()                    next call
 *   landed ──▶ held ─────────────────▶ ended ──────────────────────────▶ its slot is free
 *     │          │  move()        script answers 1             next call     ▲
 *     │          └───────▶ moving ─────────────▶ moved ──────────────────────┤
 *     │          │           │                     ▲                         │
 *     └──────────┴───────────┴─▶ gone ─────────────┘ script had been faster  │
 *      handed back, rescued       └──▶ over ─────────────────────────────────┘
 *                         its run ends          at once
 * ```
 *
 * before → call → after, in Redis:
 *
 * ```
 * held     q: [B]  00: A    fetch.lua fills 01           q: []  00: A  01: B
 * ended    q: [B]  00: A    fetch.lua fills 00           q: []  00: B           A is acknowledged by being overwritten
 * ended    q: []   00: A    fetch.lua gives 00 back      q: []
 * moving   00: A            retry.lua, bury.lua, putback.lua    00: -   and A in its set or queue
 * moved    00: -            fetch.lua, which looks for the mark     00: B
 * landed   pad: [A]         fetch.lua adopts into 00     pad: []  00: A
 * landed   pad: [A]         fetch.lua drops or gives back     pad: []   and A nowhere, or in its queue
 * gone     00: A            requeue.lua, rescue.lua      q: [A]
 * ```
 */
import { setTimeout as delay } from "node:timers/promises";
import { digestOf, LANE_FIELDS, withoutQueue } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { Move, UnitOfWork } from "../fetch.ts";
import { checkMove, moveOut } from "../move-out.ts";
import { areKnown } from "./calls.ts";
import type { Calls } from "./calls.ts";
import type { Placed } from "../../roster.ts";

/** Where a job in flight stands, as this worker knows it. */
export type UnitState =
  /** It runs, and is on a pad: the call that moves it into its slot has not been answered. */
  | "landed"
  /** It runs, and is in its slot. */
  | "held"
  /** A script is on its way that takes it out of its slot, or waits to be tried again. */
  | "moving"
  /** It is in a set or on a queue again, and its slot holds the mark of that. */
  | "moved"
  /** It is done, and Redis does not know yet. */
  | "ended"
  /** It was handed back or rescued and is others' now: what happens to it here changes nothing any more. */
  | "gone"
  /** The same, and its run here has ended. */
  | "over";

const NEXT: Readonly<Record<UnitState, readonly UnitState[]>> = {
  landed: ["held", "ended", "gone"],
  held: ["ended", "moving", "gone"],
  moving: ["moved", "gone"],
  // The script that moves it may have been faster than those that take it away.
  gone: ["over", "moved"],
  moved: [],
  ended: [],
  over: [],
};

const AGAIN_MS = 50;
const AGAIN_MOST_MS = 1_000;

/** What a unit needs of the fetch that took it. */
export interface UnitHome {
  readonly redis: Redis;
  /** The calls of which a server knows that has this unit in its slot. */
  calls(): Calls;
  /** The unit's run is over. Its slot can be filled again; while Redis still holds the job, the next call tells it. */
  ended(unit: ReliableUnit): void;
  /** Redis has refused a call. Resolves when it is time to try again. */
  refused(error: Error, tries: number): Promise<void>;
  /** The job is not in its slot. Resolves when it is again, or is known to be gone. */
  recover(): Promise<void>;
}

export class ReliableUnit implements UnitOfWork, Placed {
  readonly queue: string;
  readonly text: string;
  readonly slot: string;
  readonly inFlight: string;
  /** Set while a landing carries the job, whatever becomes of it meanwhile: resolves when its call has been answered. */
  adoption: Promise<void> | undefined;
  /** On the roster of what holds a slot. */
  place = -1;
  #state: UnitState;
  readonly #home: UnitHome;

  constructor(
    home: UnitHome,
    inFlight: string,
    slot: string,
    queue: string,
    text: string,
    state: "landed" | "held",
  ) {
    this.#home = home;
    this.inFlight = inFlight;
    this.slot = slot;
    this.queue = queue;
    this.text = text;
    this.#state = state;
  }

  get state(): UnitState {
    return this.#state;
  }

  /** This worker has it, and its run has not ended. */
  get isOurs(): boolean {
    return this.#state === "held" || this.#state === "landed" || this.#state === "moving";
  }

  /** It was handed back or rescued before it had ended here. */
  get isGone(): boolean {
    return this.#state === "gone" || this.#state === "over";
  }

  /** Its run here is over. */
  get hasEnded(): boolean {
    return this.#state === "ended" || this.#state === "moved" || this.#state === "over";
  }

  /** Its landing has been answered. */
  adopted(): void {
    this.adoption = undefined;
    if (this.#state === "landed") this.#become("held");
  }

  /** Others are to run it. What has ended here stays as it is. */
  giveAway(): void {
    if (this.isOurs) this.#become("gone");
  }

  bytes(): Promise<Buffer | undefined> {
    return this.#inSlot(async () => {
      const calls = this.#home.calls();
      const [value, ...last] = await this.#home.redis.hmgetBuffer(this.inFlight, this.slot, ...LANE_FIELDS);
      return value && areKnown(calls, last) ? withoutQueue(value) : undefined;
    });
  }

  acknowledge(): void {
    if (this.#state === "held" || this.#state === "landed") this.#end("ended");
    else if (this.#state === "gone") this.#end("over");
  }

  async move(to: Move): Promise<boolean> {
    checkMove(to);
    // Bytes that are no UTF-8 read as U+FFFD: the text has lost them, and another digest.
    const digest = this.text.includes("\ufffd") ? "" : digestOf(this.text);
    const hasMoved = await this.#inSlot(async () => {
      if (this.#state === "held") this.#become("moving");
      // Both anew at each try: a recovery may have put the job into another hash.
      const { inFlight, slot } = this;
      const from = { inFlight, slot, calls: this.#home.calls(), digest, asPushed: "" };
      return (await moveOut(this.#home.redis, from, to)) === 1 || undefined;
    });
    // A slot that is given back twice would be two jobs' slot.
    if (!this.hasEnded) this.#end(hasMoved ? "moved" : "over");
    return hasMoved === true;
  }

  #become(state: UnitState): void {
    if (!NEXT[this.#state].includes(state)) {
      throw new Error(`A job that is ${this.#state} cannot become ${state}: a fault of tsq.`);
    }
    this.#state = state;
  }

  #end(state: "ended" | "moved" | "over"): void {
    this.#become(state);
    this.#home.ended(this);
  }

  /**
   * Acts on the slot until the job is found in it.
   *
   * @returns undefined when the job has ended, or was requeued or rescued: to write its outcome would make two jobs of one
   */
  async #inSlot<T>(act: () => Promise<T | undefined>): Promise<T | undefined> {
    await this.adoption;
    for (let tries = 1; this.isOurs; tries++) {
      try {
        const answer = await act();
        if (answer !== undefined) return answer;
        // Rescued from us, or forgotten by the server: then it is written down again, and found there.
        if (!this.isOurs) break;
        // What a recovery did not bring back is not tried again without a pause.
        if (tries > 1) await delay(Math.min(AGAIN_MS * tries, AGAIN_MOST_MS), undefined, { ref: false });
        await this.#home.recover();
      } catch (error) {
        // Out of memory, say. Nothing was written: the job stays in its slot, and so does its outcome here.
        await this.#home.refused(error as Error, tries);
      }
    }
    return undefined;
  }
}
