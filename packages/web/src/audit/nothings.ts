/**
 * Which requests that were refused or did nothing are written down. Another site in somebody's browser may have any number of
 * them refused, and any viewer may send them: they must not drive out of the trail what was done.
 */
import type { AuditRecord } from "@tsq/core/api";
import type { User } from "../security/roles.ts";

type Outcome = AuditRecord["outcome"];

/** How many of them are not written down. */
export interface Untold {
  readonly user: User;
  readonly outcome: Outcome;
  readonly count: number;
}

const A_MINUTE = 10;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
// So that a trail has room for fifty days of them, and of those who guess a few are seen in any trail.
const DAYS = 50;
const LEAST_A_DAY = 10;
// Names are what `auth` answers, and there may be any number of them.
const MOST_USERS = 100;
const OTHERS = "(others)";

export class Nothings {
  readonly #mostADay: number;
  #minute = 0;
  #day = 0;
  /** By outcome. */
  readonly #today = new Map<Outcome, number>();
  /** By outcome and user, in this minute. */
  readonly #taken = new Map<string, number>();
  readonly #untold = new Map<string, Untold>();
  /** Of the minutes before this one. */
  readonly #due = new Set<string>();

  /** @param most how many entries the trail keeps */
  constructor(most: number) {
    this.#mostADay = Math.max(LEAST_A_DAY, Math.floor(most / DAYS));
  }

  /** Whether one more is written down: ten of a user in a minute, and of all users a fiftieth of the trail in a day, of each outcome. */
  takes(user: User, outcome: Outcome, nowMs: number): boolean {
    this.#turn(nowMs);
    const key = this.#keyOf(user, outcome);
    const taken = this.#taken.get(key) ?? 0;
    if (taken < A_MINUTE && this.#hasDay(outcome)) {
      this.#taken.set(key, taken + 1);
      this.#count(outcome);
      return true;
    }
    const { count } = this.#untold.get(key) ?? { count: 0 };
    this.#untold.set(key, {
      user: key.endsWith(OTHERS) ? { ...user, name: OTHERS } : user,
      outcome,
      count: count + 1,
    });
    return false;
  }

  /** Those of minutes that are over, each told once; with `isLast` all of them. */
  untold(nowMs: number, isLast = false): readonly Untold[] {
    this.#turn(nowMs);
    const told: Untold[] = [];
    for (const [key, one] of this.#untold) {
      if (!isLast && !(this.#due.has(key) && this.#hasDay(one.outcome))) continue;
      told.push(one);
      this.#count(one.outcome);
      this.#untold.delete(key);
      this.#due.delete(key);
    }
    return told;
  }

  #turn(nowMs: number): void {
    const [minute, day] = [Math.floor(nowMs / MINUTE_MS), Math.floor(nowMs / DAY_MS)];
    if (minute !== this.#minute) {
      this.#taken.clear();
      for (const key of this.#untold.keys()) this.#due.add(key);
    }
    if (day !== this.#day) this.#today.clear();
    [this.#minute, this.#day] = [minute, day];
  }

  #hasDay(outcome: Outcome): boolean {
    return (this.#today.get(outcome) ?? 0) < this.#mostADay;
  }

  #count(outcome: Outcome): void {
    this.#today.set(outcome, (this.#today.get(outcome) ?? 0) + 1);
  }

  #keyOf({ name }: User, outcome: Outcome): string {
    const key = `${outcome} ${name}`;
    const isKnown = this.#taken.has(key) || this.#untold.has(key);
    return isKnown || Math.max(this.#taken.size, this.#untold.size) < MOST_USERS
      ? key
      : `${outcome} ${OTHERS}`;
  }
}
