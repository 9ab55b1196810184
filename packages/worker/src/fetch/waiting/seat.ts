/**
 * The seat of a capsule among all that wait for jobs of the same queues: one is the watchman, one its deputy, the others
 * stand by (lua/core/watch.lua). Without that each push would wake everybody.
 */
import { createHash } from "node:crypto";
import { isOfServer, keys, ring, watch } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";

export type Role = "standby" | "deputy" | "watchman";

/** How often a lease is renewed, by who is idle. */
export const RENEW_MS = 1_000;
// What nobody renews is free after this, and whoever stands by asks within 2 s: 5 s together.
const LEASE_MS = 2_500;

const ROLES: readonly Role[] = ["standby", "deputy", "watchman", "watchman"];
const WITH_DEPUTY = 3;

export class Seat {
  readonly #redis: Redis;
  readonly #me: string;
  readonly #witness: Witness;
  #keys: keys.WatchKeys | undefined;
  #role: Role = "standby";
  #hasDeputy = false;
  #isHandingOn = false;
  #turn = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  readonly #watchman = new Unchanged();
  readonly #deputy = new Unchanged();

  /** @param me the capsule's name, which nobody else has */
  constructor(redis: Redis, me: string, witness: Witness) {
    this.#redis = redis;
    this.#me = me;
    this.#witness = witness;
  }

  get role(): Role {
    return this.#role;
  }

  get bellKey(): string | undefined {
    return this.#keys?.bell;
  }

  /** Milliseconds since it was last asked for. */
  get ageMs(): number {
    return performance.now() - this.#askedAtMs;
  }

  /** From now on it is one of these queues, and the one of before is given up. Of none there is no seat. */
  take(queueKeys: readonly string[]): void {
    // Whoever finds it empty needs no help with that.
    this.leave().catch(() => {});
    this.#keys = queueKeys.length > 0 ? keys.watchKeys(setOf(queueKeys)) : undefined;
  }

  /** @param isCalled the bell has rung for us */
  async ask(isCalled: boolean): Promise<Role> {
    const { watchman, deputy } = this.#keys as keys.WatchKeys;
    // Before it is asked: what is late is late for the server, too.
    this.#askedAtMs = performance.now();
    try {
      if (this.#role === "standby" && !isCalled && (await this.#isKept(watchman, deputy))) return "standby";
      const [number, ...held] = await watch(
        this.#redis,
        { watchman, deputy },
        {
          me: this.#me,
          turn: ++this.#turn,
          leaseMs: LEASE_MS,
          isCalled: isCalled ? 1 : 0,
          staleWatchman: this.#watchman.stale,
          staleDeputy: this.#deputy.stale,
        },
      );
      this.#witness.answered();
      this.#watchman.saw(held[0]);
      this.#deputy.saw(held[1]);
      // Who calls asks next for what he has given up, and so is the deputy in a moment, if nobody else is.
      this.#hasDeputy = number === WITH_DEPUTY || isCalled;
      return (this.#role = ROLES[number] ?? "standby");
    } catch (error) {
      // By a missing right, say. Nobody may keep the watch then: each looks for itself.
      // Of a server in trouble others tell, who go on asking when this one is no longer idle.
      if (!isOfServer((error as Error).message)) this.#witness.failing(error as Error);
      this.#hasDeputy = false;
      return (this.#role = "watchman");
    }
  }

  /** Others have both leases: then a look will do. With twenty who stand by it is most of what their scripts cost. */
  async #isKept(watchman: string, deputy: string): Promise<boolean> {
    const held = await this.#redis.mget(watchman, deputy);
    this.#watchman.saw(held[0] ?? null);
    this.#deputy.saw(held[1] ?? null);
    // Meanwhile it has left, or waits for other queues: what it asked for now, nobody would give back.
    if (this.#askedAtMs === Number.NEGATIVE_INFINITY) return true;
    const isFresh = this.#watchman.stale === "" && this.#deputy.stale === "";
    return isFresh && held.every((value) => value !== null && !value.startsWith(`${this.#me} `));
  }

  /** Hands the watch on, if somebody else is idle. @returns whether it did */
  async handOn(): Promise<boolean> {
    if (this.#role !== "watchman" || !this.#hasDeputy || this.#isHandingOn) return false;
    this.#isHandingOn = true;
    try {
      // By others, or by none: until the next renewal it does not try again.
      this.#hasDeputy = false;
      const isRung = await this.#ring("handOn");
      if (isRung) this.#giveUp();
      return isRung;
    } finally {
      this.#isHandingOn = false;
    }
  }

  /** As deputy: the watchman has not come, and from now on it is this one. @returns whether it still was the deputy */
  async takeOver(): Promise<boolean> {
    this.#role = "watchman";
    // Called by it.
    this.#hasDeputy = true;
    const isOurs = await this.#ring("takeOver");
    if (!isOurs) this.#giveUp();
    return isOurs;
  }

  /** Gives back what it holds, and calls the next one. */
  async leave(): Promise<void> {
    this.#giveUp();
    // Also when it holds none, as far as it knows: what it has asked may be answered next.
    await this.#ring("giveBack");
  }

  /** It is asked for no more. */
  stop(): void {
    this.#witness.ended();
  }

  /** It was called, and cannot come: the next one. */
  async pass(): Promise<void> {
    await this.#ring("pass");
  }

  async #ring(how: "handOn" | "giveBack" | "takeOver" | "pass"): Promise<boolean> {
    if (!this.#keys) return false;
    const call = { me: this.#me, how, turn: ++this.#turn, leaseMs: LEASE_MS };
    return (await ring(this.#redis, this.#keys, call)) === 1;
  }

  #giveUp(): void {
    this.#role = "standby";
    this.#hasDeputy = false;
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
  }
}

const setOf = (names: readonly string[]): string =>
  createHash("sha1").update(names.toSorted().join("\n")).digest("hex").slice(0, 16);

/**
 * Sees a lease that nobody renews by our own clock, which does not step: that of the server may be put back by an hour,
 * and the lease of a dead process would last as long.
 */
class Unchanged {
  #value = "";
  #sinceMs = 0;

  saw(value: string | null): void {
    if (value === this.#value) return;
    this.#value = value ?? "";
    this.#sinceMs = performance.now();
  }

  /** Its value, if that has not changed for a lease; else nothing. */
  get stale(): string {
    return performance.now() - this.#sinceMs > LEASE_MS ? this.#value : "";
  }
}
