/** A job in a slot of the in-flight hash. Taking it out of the slot is the claim on its outcome. */
import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "@tsq/core/protocol";
import type { Move, UnitOfWork } from "../fetch.ts";
import { moveOut } from "../move-out.ts";
import { areKnown } from "./calls.ts";
import type { Calls } from "./calls.ts";
import type { Placed } from "../../roster.ts";

const AGAIN_MS = 50;
const AGAIN_MOST_MS = 1_000;

/** What a unit needs of the fetch that took it. */
export interface UnitHome {
  readonly redis: Redis;
  /** The calls of which a server knows that has this unit in its slot. */
  calls(): Calls;
  /** The unit is done. Its slot can be filled again; while Redis still holds the job, the next call tells it. */
  ended(unit: ReliableUnit, isInSlot: boolean): void;
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
  /** Set while the job is still on a pad: the call that moves it into its slot has not been answered. */
  adoption: Promise<void> | undefined;
  /** Requeued or rescued: what happens to it here changes nothing any more. */
  isGone = false;
  hasEnded = false;
  /** Its way to a set or back to a queue has begun. */
  isMoving = false;
  /** It is in a set or on a queue again, and its slot holds the mark of that. */
  hasMoved = false;
  /** On the roster of what holds a slot. */
  place = -1;
  readonly #home: UnitHome;

  constructor(home: UnitHome, inFlight: string, slot: string, queue: string, text: string) {
    this.#home = home;
    this.inFlight = inFlight;
    this.slot = slot;
    this.queue = queue;
    this.text = text;
  }

  bytes(): Promise<Buffer | undefined> {
    return this.#inSlot(async () => {
      const calls = this.#home.calls();
      const [value, ...last] = await this.#home.redis.hmgetBuffer(this.inFlight, this.slot, "#0", "#1");
      return value && areKnown(calls, last) ? withoutQueue(value) : undefined;
    });
  }

  acknowledge(): void {
    if (!this.hasEnded) this.#home.ended(this, !this.isGone);
  }

  async move(to: Move): Promise<boolean> {
    const hasMoved = await this.#inSlot(async () => {
      this.isMoving = true;
      // Both anew at each try: a recovery may have put the job into another hash.
      const from = { inFlight: this.inFlight, slot: this.slot, calls: this.#home.calls(), asPushed: "" };
      return (await moveOut(this.#home.redis, from, to)) === 1 || undefined;
    });
    this.hasMoved = hasMoved === true;
    // A slot that is given back twice would be two jobs' slot.
    if (!this.hasEnded) this.#home.ended(this, this.hasMoved);
    return this.hasMoved;
  }

  /**
   * Acts on the slot until the job is found in it.
   *
   * @returns undefined when the job has ended, or was requeued or rescued: to write its outcome would make two jobs of one
   */
  async #inSlot<T>(act: () => Promise<T | undefined>): Promise<T | undefined> {
    await this.adoption;
    for (let tries = 1; !this.isGone && !this.hasEnded; tries++) {
      try {
        const answer = await act();
        if (answer !== undefined) return answer;
        // Rescued from us, or forgotten by the server: then it is written down again, and found there.
        if (this.isGone || this.hasEnded) break;
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

const NEWLINE = 10;

/** A slot holds the payload, or its queue between newlines and then the payload (lua/core/fetch.lua). */
export const withoutQueue = (value: Buffer): Buffer =>
  value[0] === NEWLINE ? value.subarray(value.indexOf(NEWLINE, 1) + 1) : value;

/** What a slot holds once its job is in a set, or on a queue again (lua/core/retry.lua). */
export const MOVED = "-";

/** The queue and the payload of a slot. Never throws: what is in flight is not always JSON. */
export const splitHeld = (value: string): { queue: string; text: string } => {
  const end = value.startsWith("\n") ? value.indexOf("\n", 1) : -1;
  return end < 0
    ? { queue: queueIn(value), text: value }
    : { queue: value.slice(1, end), text: value.slice(end + 1) };
};

const QUEUE = '"queue":"';

/** As lua/core/fetch.lua looks for it, not as JSON says it: of a slot without a queue before its payload this is the queue it came from. */
const queueIn = (text: string): string => {
  const at = text.indexOf(QUEUE);
  const from = at + QUEUE.length;
  const end = text.indexOf('"', from);
  return at < 0 || end <= from ? "default" : text.slice(from, end);
};
