/**
 * Gathers pushes into slices: those of one tick together, and those that come while both lanes are taken. A hundred
 * concurrent pushes cost one call.
 */
import type { Redis } from "../redis/connect.ts";
import { Parcel, SLICE_BYTES, SLICE_JOBS } from "./parcel.ts";
import { PushLanes } from "./push-lanes.ts";
import { PushLink } from "./push-link.ts";

export interface EnqueuerOptions {
  /** How long a push waits for a connection at most. */
  readonly waitMs: number;
  /** How long a push whose answer was lost is sent again. @default 600_000 */
  readonly resendForMs?: number;
}

export class Enqueuer {
  readonly #link: PushLink;
  readonly #lanes: PushLanes;
  /** What is not sent, in the order of the first push of each. */
  #waiting: Parcel[] = [];
  /** Those of them that may grow. */
  #queues = new Map<string, Parcel>();
  #scheduled: Parcel | undefined;
  #isDue = false;

  constructor(redis: Redis, { waitMs, resendForMs }: EnqueuerOptions) {
    this.#link = new PushLink(redis, { waitMs });
    this.#lanes = new PushLanes(this.#link, { onFree: () => this.#flushSoon(), resendForMs });
    this.#link.own({
      usable: () => {},
      hopeless: (reason) => this.#refuse(reason),
      tick: () => this.#waiting.length > 0,
    });
  }

  /** Resolves when the payload is on its queue. */
  push(queue: string, payload: string): Promise<void> {
    const parcel = this.#parcelOf(queue, payload);
    parcel.add(payload);
    return parcel.sent;
  }

  /** Resolves when all of the payloads are on their queue, the first of them to be popped first. */
  async pushAll(queue: string, payloads: readonly string[]): Promise<void> {
    const parcels = new Set<Parcel>();
    let parcel: Parcel | undefined;
    for (const payload of payloads) {
      if (!parcel?.hasRoomFor(payload)) parcels.add((parcel = this.#parcelOf(queue, payload)));
      parcel.add(payload);
    }
    await allSent(parcels);
  }

  /** Resolves when the payload is in the scheduled set. */
  schedule(atSeconds: number, payload: string): Promise<void> {
    const parcel = this.#parcelOfSchedule(payload);
    parcel.add(payload, atSeconds);
    return parcel.sent;
  }

  /** Resolves when all of the payloads are in the scheduled set. */
  async scheduleAll(atSeconds: readonly number[], payloads: readonly string[]): Promise<void> {
    const parcels = new Set<Parcel>();
    for (const [i, payload] of payloads.entries()) {
      const parcel = this.#parcelOfSchedule(payload);
      parcels.add(parcel);
      parcel.add(payload, atSeconds[i]);
    }
    await allSent(parcels);
  }

  /** Asks the server something that changes nothing, on the connection of the pushes. */
  ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return this.#link.ask(question);
  }

  /** Sends what it can now instead of at the end of this tick. */
  readonly flush = (): void => {
    this.#isDue = false;
    if (this.#link.hasEnded) this.#refuse(this.#link.reason());
    while (this.#waiting.length > 0 && this.#lanes.isFree) this.#lanes.send(this.#takeSlice());
    if (this.#waiting.length > 0) this.#link.watch();
  };

  /** A push whose answer was lost is sent again no longer than one waits that was never sent. */
  hurry(): void {
    this.#lanes.hurry();
  }

  /** Ends the connection once every push so far has had its answer, good or bad. */
  async close(): Promise<void> {
    this.hurry();
    await Promise.allSettled([...this.#lanes.unanswered(), ...this.#waiting.map(({ sent }) => sent)]);
    await this.#link.end(this.#lanes.lastCommand());
  }

  #parcelOf(queue: string, payload: string): Parcel {
    const open = this.#queues.get(queue);
    if (open?.hasRoomFor(payload)) return open;
    const parcel = new Parcel(queue);
    this.#queues.set(queue, parcel);
    return this.#wait(parcel);
  }

  #parcelOfSchedule(payload: string): Parcel {
    if (this.#scheduled?.hasRoomFor(payload)) return this.#scheduled;
    return (this.#scheduled = this.#wait(new Parcel()));
  }

  #wait(parcel: Parcel): Parcel {
    this.#waiting.push(parcel);
    this.#flushSoon();
    return parcel;
  }

  #flushSoon(): void {
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    process.nextTick(this.flush);
  }

  #takeSlice(): Parcel[] {
    let [jobs, bytes, count] = [0, 0, 0];
    for (const parcel of this.#waiting) {
      jobs += parcel.jobs;
      bytes += parcel.bytes;
      if (count > 0 && (jobs > SLICE_JOBS || bytes > SLICE_BYTES)) break;
      count++;
    }
    const isAll = count === this.#waiting.length;
    const slice = isAll ? this.#waiting : this.#waiting.slice(0, count);
    this.#waiting = isAll ? [] : this.#waiting.slice(count);
    // What is on its way grows no more; of each key only the last waiting parcel may.
    // A new map, for one that is cleared keeps what it held alive until the old generation is collected.
    if (isAll) this.#queues = new Map();
    else {
      for (const parcel of slice) {
        if (parcel.queue !== undefined && this.#queues.get(parcel.queue) === parcel) {
          this.#queues.delete(parcel.queue);
        }
      }
    }
    if (this.#scheduled && slice.includes(this.#scheduled)) this.#scheduled = undefined;
    return slice;
  }

  #refuse(reason: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#queues = new Map();
    this.#scheduled = undefined;
    for (const parcel of waiting) parcel.settle(reason);
  }
}

/** One promise for each parcel: a promise for each push would cost more than the pushes. */
const allSent = async (parcels: ReadonlySet<Parcel>): Promise<void> => {
  await Promise.all(Array.from(parcels, ({ sent }) => sent));
};
