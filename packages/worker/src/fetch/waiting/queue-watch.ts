/**
 * Waits on any number of queues with two connections beside that of the fetch, and lets a job wake one process.
 *
 * Redis tells of queues that change, and where it does not they are looked at ten times a second (sight.ts). Of the idle
 * capsules that wait for the same queues only two look: the watchman fetches at once, its deputy if the job is still
 * there a moment later, and is the watchman from then on. The others stand by. One of them is called by whoever has a
 * seat and is busy, and by a deputy that takes its place: there always is a next one (seat.ts, bell.ts).
 *
 * Everything here may be wrong and only costs time: each holder of a lease looks at all queues every few seconds, whatever
 * it has been told, a lease that nobody renews ends, and who stands by asks for one again and again.
 */
import { keys } from "@tsq/core/protocol";
import { within } from "../../within.ts";
import { Alarm } from "./alarm.ts";
import { Bell } from "./bell.ts";
import { Unopened } from "./closed.ts";
import { InVain } from "./in-vain.ts";
import type { QueueWatchHost } from "./queue-watch-host.ts";
import { RENEW_MS, Seat } from "./seat.ts";
import { Sight } from "./sight.ts";
import { Stint } from "./stint.ts";
import { WakeUps } from "./wake-ups.ts";

// The watchman needs less to take what is there.
const DEPUTY_WAITS_MS = 25;
const RING_AFTER_MS = 5;
// As long as the bell is waited at, or a little less: then a seat is asked for again. Also when the bell is silent.
const STAND_BY_MS = 1_450;
const SILENT_BELL_MS = 2_000;
const LEAVE_MS = 1_000;

export class QueueWatch {
  readonly #host: QueueWatchHost;
  readonly #sight: Sight;
  readonly #seat: Seat;
  readonly #bell: Bell;
  readonly #wakeUps: WakeUps;
  readonly #inVain = new InVain();
  #isOpen = false;
  #isLooking = false;
  #again = false;
  #isCalled = false;
  // Others look after the queues: a fetch call of ours need not.
  #isRelieved = false;
  // As deputy: a job has been there for a moment.
  #isSuspicious = false;
  readonly #stint = new Stint();
  #waits: string | undefined;
  readonly #next = new Alarm(() => this.arm());
  readonly #suspect = new Alarm(() => {
    this.#isSuspicious = true;
    this.arm();
  });
  readonly #busy = new Alarm(() => this.#isStillBusy());

  /** @param places the queues that it waits for; @param mayTrack else they are looked at again and again */
  constructor(host: QueueWatchHost, places: readonly number[], mayTrack: boolean) {
    const { target, outage, me } = host;
    this.#host = host;
    this.#seat = new Seat(host.redis, me, outage.part("agree with others on who looks for jobs"));
    this.#wakeUps = new WakeUps(host.look);
    this.#bell = new Bell(target, outage, (isForUs) => this.#rung(isForUs));
    this.#sight = new Sight({
      ...host,
      queueKeys: host.queues.queueKeys,
      places,
      mayTrack,
      witness: () => outage.connection("notices"),
      probeKey: keys.watchProbeKey(me),
      told: () => this.#told(),
      changed: () => this.#forget(),
      decided: (refusal) => {
        const waits = refusal instanceof Unopened ? "unopened" : (refusal?.message ?? "");
        if (waits !== this.#waits) host.waits(places.length, refusal);
        this.#waits = waits;
      },
    });
  }

  /** Finds out whether Redis tells, and waits for nothing before its start. */
  probe(): void {
    this.#sight.start();
  }

  start(): void {
    this.#isOpen = true;
    this.pause();
    this.#sight.start();
    this.#next.within(RENEW_MS);
  }

  stop(): void {
    this.#isOpen = false;
    const alarms = [this.#next, this.#suspect, this.#busy];
    for (const part of [this.#sight, this.#seat, this.#bell, this.#wakeUps, ...alarms]) part.stop();
  }

  /** Gives the watch to others, and waits no more. What Redis tells or does not tell is nothing to it from then on. */
  async leave(): Promise<void> {
    if (!this.#isOpen) return;
    this.#sight.close();
    this.stop();
    this.#passOn();
    const left = this.#seat.leave().catch(() => {});
    if (this.#host.redis.status === "ready") await within(LEAVE_MS, left);
  }

  isWatching(queue: number, isShort: boolean): boolean {
    return (isShort && this.#isRelieved) || this.#sight.isEmpty(queue, isShort);
  }

  arm(): void {
    if (this.#isLooking) {
      this.#again = true;
      return;
    }
    if (!this.#isOpen) return;
    const { redis, isIdle } = this.#host;
    if (this.#seat.bellKey === undefined || redis.status !== "ready" || !isIdle()) {
      if (redis.status === "ready") this.#audit();
      return this.#next.within(RENEW_MS);
    }
    this.#isLooking = true;
    this.#look()
      // Refused or lost: in a moment again.
      .catch(() => {
        if (this.#isOpen) this.#next.within(RENEW_MS);
      })
      .finally(() => {
        this.#isLooking = false;
        if (!this.#again) return;
        this.#again = false;
        this.arm();
      });
  }

  /** @param isWatched one of the jobs is of the queues that it waits for; with others the capsule is only busier */
  took(isWatched: boolean): void {
    if (isWatched) {
      this.#wakeUps.over();
      this.#inVain.over();
    }
    if (!this.#isOpen) return;
    if (this.#seat.role === "standby" && !this.#isLooking && !this.#isCalled) return;
    if (isWatched) this.#keepsBusy();
    this.#busy.within(RING_AFTER_MS);
  }

  /** Before the job runs, which may block us as another one has blocked the watchman. */
  #keepsBusy(): void {
    this.#stint.took();
    if (this.#seat.role === "deputy") this.#takeOver();
    else if (this.#stint.lasts) this.#handOn();
  }

  full(): void {
    // All who watch may be full, too: whoever has room first looks at all queues.
    this.#isRelieved = false;
  }

  pause(): void {
    if (!this.#sight.change()) return;
    this.#passOn();
    // Who leaves others alone than we do keeps no watch for us.
    this.#seat.take(this.#sight.openKeys);
    this.#isRelieved = false;
    this.arm();
  }

  async #look(): Promise<void> {
    const seat = this.#seat;
    const own = seat.bellKey as string;
    const standsBy = this.#isRelieved && seat.role === "standby" && !this.#isCalled;
    if (standsBy && seat.ageMs < STAND_BY_MS) {
      this.#bell.wait(own);
      return this.#next.within(STAND_BY_MS - seat.ageMs);
    }
    if (this.#isCalled || seat.role === "standby" || seat.ageMs >= RENEW_MS) {
      const isCalled = this.#isCalled;
      this.#isCalled = false;
      if (seat.role === "watchman" && this.#stint.hadItsShare()) await seat.handOn().catch(() => {});
      await seat.ask(isCalled);
    }
    // In the meantime it is one of other queues, or of none.
    if (!this.#isOpen || own !== seat.bellKey) {
      this.#again = true;
      return;
    }
    // In the meantime it has taken all that it can.
    if (!this.#host.isWanting()) {
      this.#busy.within(RING_AFTER_MS);
      return this.#next.within(RENEW_MS);
    }
    const { role } = seat;
    if (role === "standby") return this.#standBy(own);
    if (this.#inVain.dueInMs > 0) return this.#next.within(this.#inVain.dueInMs);
    this.#inVain.looks();
    if (!(await this.#sight.look(role))) this.#again = true;
    if (!this.#isOpen) return;
    this.#next.within(Math.min(RENEW_MS - seat.ageMs, this.#sight.dueInMs(role)));
    // The deputy is called like all others, and nobody is called by himself.
    if (role === "deputy") this.#bell.wait(own);
    else this.#bell.leave(this.#host.redis);
    this.#decide(role);
  }

  #decide(role: "deputy" | "watchman"): void {
    const { mayHoldJobs } = this.#sight;
    const isOurs = role === "watchman" || this.#isSuspicious;
    this.#isSuspicious = false;
    this.#isRelieved = role === "deputy" && !(mayHoldJobs && isOurs);
    if (!mayHoldJobs) this.#wakeUps.over();
    else if (isOurs) this.#wakeUps.wake();
    else this.#suspect.within(DEPUTY_WAITS_MS);
  }

  /** Also who is never idle finds out what it was not told. */
  #audit(): void {
    this.#sight.audit().then(
      (isFound) => {
        if (isFound && this.#isOpen) this.#host.look();
      },
      () => {},
    );
  }

  #standBy(bellKey: string): void {
    this.#isRelieved = true;
    this.#sight.close();
    this.#bell.wait(bellKey);
    this.#next.within(SILENT_BELL_MS);
  }

  #told(): void {
    if (!this.#isOpen) return;
    this.#inVain.told();
    const { dueInMs } = this.#inVain;
    if (this.#seat.role === "deputy") this.#suspect.within(Math.max(DEPUTY_WAITS_MS, dueInMs));
    else if (this.#seat.role !== "watchman") return;
    else if (dueInMs > 0) this.#next.within(dueInMs);
    else this.#host.look();
  }

  /** Nothing is known any more, nor is that others look. */
  #forget(): void {
    this.#sight.forget();
    this.#isRelieved = false;
    this.arm();
  }

  #rung(isForUs: boolean): void {
    if (isForUs) this.#isCalled = true;
    if (this.#host.isWanting()) this.arm();
    else this.#passOn();
  }

  /** Whoever was called and cannot come, calls the next one. */
  #passOn(): void {
    if (!this.#isCalled) return;
    this.#isCalled = false;
    this.#seat.pass().catch(() => {});
  }

  #takeOver(): void {
    this.#bell.leave(this.#host.redis);
    this.#seat.takeOver().then(
      (isOurs) => {
        if (!isOurs) this.arm();
      },
      () => {},
    );
  }

  #isStillBusy(): void {
    const isWorking = this.#host.isWorking();
    // What came by a pad is no reason: where many do, the watch would go round and round.
    const isBusy = this.#stint.isBusy(isWorking);
    if (!this.#isOpen || !(isWorking || isBusy)) return;
    if (this.#host.isWanting()) return isBusy ? this.#handOn() : undefined;
    // Whoever has no room, or more to fetch than that, keeps no watch for others, whether anybody is there or not.
    this.#bell.leave(this.#host.redis);
    this.#passOn();
    if (this.#seat.role !== "standby") this.#seat.leave().catch(() => {});
  }

  #handOn(): void {
    this.#seat.handOn().then(
      (isRung) => {
        if (isRung) this.arm();
      },
      // Then the deputy looks after what comes.
      () => {},
    );
  }
}
