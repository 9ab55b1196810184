/**
 * Takes jobs in batches, each into a slot of this capsule's in-flight hash, so that a crash loses none;
 * finished jobs are acknowledged by the same call that takes the next (lua/core/fetch.lua).
 *
 * Two lanes keep one call on its way while the other's jobs run. While both are busy finished slots gather:
 * batches grow with the load, and there are no timers. A call that brings less than it asked for means that
 * the queues are empty: then the capsule waits (waiting/waiting.ts), and a job wakes exactly one worker.
 */
import { capsuleName, connect, fetch } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { Backoff } from "../backoff.ts";
import { callSize } from "./call-size.ts";
import type { Calls } from "./calls.ts";
import { Drain } from "./drain.ts";
import type { Fetch, FetchOptions, OwnerState, UnitOfWork } from "../fetch.ts";
import { Landings } from "./landings.ts";
import { argsOf, Lanes, takeJobs } from "./lane.ts";
import type { FetchCall, Landing } from "./lane.ts";
import { letGo, Owner, takeUp } from "./ownership.ts";
import { NamedQueues, PAUSED } from "../named-queues.ts";
import type { Waiting } from "../waiting/waiting.ts";
import { waitingOf, type WaitingHost } from "../waiting/waiting-of.ts";
import { everPadded } from "../waiting/way.ts";
import { Recovery } from "./recovery.ts";
import { ReliableUnit } from "./reliable-unit.ts";
import type { UnitHome } from "./reliable-unit.ts";
import { Slots } from "./slots.ts";

export interface ReliableFetchOptions extends FetchOptions, Pick<WaitingHost, "way" | "untold" | "log"> {
  readonly identity: string;
  readonly capsule: string;
}

export class ReliableFetch implements Fetch, UnitHome {
  readonly redis: Redis;
  readonly #options: ReliableFetchOptions;
  readonly #owner: Owner;
  readonly #recovery: Recovery;
  readonly #slots: Slots;
  readonly #lanes = new Lanes();
  readonly #waiting: Waiting;
  readonly #queues: NamedQueues;
  readonly #landings = new Landings();
  readonly #backoff: Backoff;
  #isShort = false;
  // The next call asks for jobs of all queues, whatever is known of them.
  #looksAtAll = false;
  // From the start to the stop; calls are sent in between only.
  #isOpen = false;
  #isQuiet = false;
  #isDue = false;
  #again = false;
  #weights: readonly number[];
  readonly #drain = new Drain();

  constructor(options: ReliableFetchOptions) {
    const { redis, identity, capsule, concurrency, order, way } = options;
    this.#options = options;
    this.#owner = new Owner(capsuleName(identity, capsule), order.names, everPadded(way, order));
    this.#slots = new Slots(concurrency, order.names.length);
    this.#weights = order.shares;
    this.redis = connect(redis, "worker", options.outage.connection("fetch"));
    this.#backoff = new Backoff(options.outage.part("fetch"));
    // A server that is back may be older than it was: only a call finds out, and an idle worker makes none.
    this.redis.on("ready", () => {
      this.#isShort = false;
      this.#looksAtAll = true;
      this.#flushSoon();
    });
    this.#queues = NamedQueues.of(this.#owner.capsule, order.names);
    this.#waiting = waitingOf({
      ...options,
      redis: this.redis,
      target: redis,
      queues: this.#queues,
      owner: this.#owner,
      isIdle: () => this.#isWanting && this.#lanes.calling === 0,
      isWanting: () => this.#isWanting,
      isWorking: () => this.#slots.isWorking,
      isLeftAlone: (i) => this.#weights[i] === PAUSED,
      landed: (i, text) => this.#land(i, text),
      look: () => this.#flushSoon(),
      unwakeable: (error) => this.#isQuiet && options.events.hindered(error),
    });
    this.#recovery = new Recovery({
      redis: this.redis,
      owner: this.#owner,
      lanes: this.#lanes,
      slots: this.#slots,
      landings: this.#landings,
      pads: this.#waiting,
      events: options.events,
      ended: () => this.#flushSoon(),
    });
  }

  owner(): OwnerState | undefined {
    return this.#owner.state;
  }

  async start(): Promise<void> {
    await takeUp(this.redis, this.#owner, this.#lanes.all);
    this.#isOpen = true;
    this.#waiting.start();
    this.#flushSoon();
  }

  pause(queues: ReadonlySet<string>): void {
    const { names, shares } = this.#options.order;
    this.#weights = shares.map((share, i) => (queues.has(names[i] as string) ? PAUSED : share));
    this.#waiting.pause((i) => this.#weights[i] === PAUSED);
    this.#flushSoon();
  }

  async quiet(): Promise<void> {
    this.#isQuiet = true;
    if (!this.#isOpen) return;
    await this.#waiting.disarm();
    this.#flushSoon();
    await this.#drain.wait();
  }

  heard(): void {
    this.#owner.lastHeard.renew();
    if (!this.#isOpen) return;
    this.#recovery.lookBack(() => this.#isOpen).catch((error: Error) => this.refused(error));
  }

  requeue(units: readonly UnitOfWork[]): Promise<number> {
    return this.#recovery.handBack(units);
  }

  async stop(): Promise<void> {
    await this.quiet();
    if (this.#isOpen) {
      this.#isOpen = false;
      const late = this.#waiting.takingLate();
      const left = { lanes: this.#lanes.all, pads: this.#queues.padKeys, late };
      await letGo(this.redis, this.#owner, left, this.#options.events.hindered);
    }
    this.disconnect();
  }

  disconnect(): void {
    this.#isOpen = false;
    this.#waiting.stop();
    this.redis.disconnect();
  }

  ended(unit: ReliableUnit): void {
    // Its slot does not know of the job yet: the answer to the call that carries the job ends it.
    if (!unit.adoption) this.#release(unit, unit.state !== "over");
  }

  #release(unit: ReliableUnit, isInSlot: boolean): void {
    this.#slots.release(unit, isInSlot);
    this.#flushSoon();
  }

  get #isWanting(): boolean {
    return !this.#isQuiet && this.#isShort && !this.#slots.isFull;
  }

  #flushSoon(): void {
    if (this.#isDue || !this.#isOpen) return;
    this.#isDue = true;
    // All jobs that finish in this tick travel in one call.
    setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isDue = false;
    const lane = this.#recovery.isGoing ? undefined : this.#lanes.idle;
    if (!lane || (this.#isShort && this.#lanes.calling > 0)) {
      this.#again = true;
      return;
    }
    const open = this.#queues.only((i) => this.#mayHoldJobs(i));
    // Each is paused or waited at, which is all that a short reply would lead to.
    if (open.size === 0) this.#isShort = true;
    const wanted = open.size > 0 ? this.#wanted() : 0;
    if (wanted === 0 && this.#landings.waiting === 0 && this.#slots.dirty === 0) {
      if (this.#lanes.calling === 0) this.#drain.over();
      return;
    }
    if (wanted > 0) this.#looksAtAll = false;
    const landings = this.#landings.take();
    const queues = this.#queues.forCall(wanted > 0 ? open : undefined, landings);
    const call: FetchCall = { lane, queues, ...this.#slots.ask(wanted), landings, isRefused: false };
    lane.call = call;
    lane.seq++;
    this.#send(call);
    if (!this.#isShort && this.#slots.free > 0) this.#flushSoon();
  };

  #mayHoldJobs(queue: number): boolean {
    return (
      this.#weights[queue] !== PAUSED && (this.#looksAtAll || !this.#waiting.isWatching(queue, this.#isShort))
    );
  }

  #wanted(): number {
    if (this.#isQuiet) return 0;
    const armed = this.#isShort ? this.#waiting.armed() : undefined;
    const { concurrency } = this.#options;
    return callSize({ concurrency, lanes: this.#lanes.all.length, free: this.#slots.free, armed });
  }

  #send(call: FetchCall): void {
    call.isRefused = false;
    this.#owner.lastHeard.ask(call.lane);
    const { queueKeys: queues, padKeys } = call.queues;
    fetch(
      this.redis,
      { inFlight: this.#owner.inFlight, queues, pads: call.landings.length > 0 ? padKeys : [] },
      { ...argsOf(call, this.#lanes), weights: call.queues.of(this.#weights) },
    ).then(
      (reply) => (reply[0] === -2 ? this.#sendAgain(call) : this.#answered(call, reply)),
      (error: Error) => this.refused(error).then(() => this.#send(call)),
    );
  }

  async refused(error: Error, tries?: number): Promise<void> {
    // Then nobody is left to try again: what is in flight goes to a rescuer.
    if (!this.#isOpen) await new Promise(() => {});
    await this.#backoff.refused(error, tries);
  }

  #answered(call: FetchCall, reply: readonly [number, ...unknown[]]): void {
    const { lane, fill, giveBack, landings } = call;
    this.#backoff.over();
    this.#owner.lastHeard.settle(lane);
    lane.call = undefined;
    this.#recovery.lookAtCalls();
    this.#slots.answered(fill);
    const taken: ReliableUnit[] = [];
    const empty = takeJobs(reply, call, (slot, queue, text) =>
      taken.push(new ReliableUnit(this, this.#owner.inFlight, slot, queue, text, "held")),
    );
    this.#deliver(taken);
    this.#slots.cleaned([...empty, ...giveBack]);
    for (const landing of landings) this.#settle(landing);
    if (fill.length > 0) this.#isShort = empty.length > 0;
    this.#next();
  }

  #next(): void {
    if (this.#slots.isFull) this.#waiting.full();
    if (this.#again || this.#landings.waiting > 0 || this.#slots.dirty > 0 || this.#isQuiet) {
      this.#again = false;
      this.#flushSoon();
    } else if (!this.#isShort) {
      if (this.#slots.free > 0) this.#flushSoon();
    } else if (!this.#isDue) {
      // With a call to come a pad would take the oldest job, and with one slot give it back too late.
      this.#waiting.arm();
    }
  }

  #deliver(units: readonly ReliableUnit[]): void {
    for (const unit of units) this.#slots.hold(unit);
    if (units.length > 0) this.#waiting.took(units);
    this.#options.events.deliver(units);
  }

  #land(pad: number, text: string): void {
    const queue = this.#options.order.names[pad] as string;
    const hasRoom = !this.#isQuiet && this.#weights[pad] !== PAUSED && this.#slots.free > 0;
    const unit = hasRoom
      ? new ReliableUnit(this, this.#owner.inFlight, this.#slots.one(), queue, text, "landed")
      : undefined;
    this.#landings.add(pad, unit);
    if (unit) {
      // It runs before its slot knows of it: should we die now, it is still on the pad.
      this.#deliver([unit]);
      if (this.#slots.isFull) this.#waiting.full();
    }
    this.#flushSoon();
  }

  #settle(landing: Landing): void {
    const { unit, pad, op } = landing;
    this.#waiting.cleared(pad);
    this.#landings.settle(landing);
    if (unit?.hasEnded) this.#release(unit, op === "adopt" && unit.state === "ended");
  }

  #sendAgain(call: FetchCall): void {
    call.isRefused = true;
    // Nothing was done: what is to become of them is decided anew.
    for (const landing of call.landings) if (!landing.isOffPad) landing.op = undefined;
    this.recover().then(
      () => this.#send(call),
      (error: Error) => this.refused(error).then(() => this.#send(call)),
    );
  }

  readonly calls = (): Calls => this.#lanes.answered();
  readonly recover = (): Promise<void> => this.#recovery.run();
}
