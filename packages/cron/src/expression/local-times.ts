/**
 * When a plan fires by the clock on the wall, which knows no zones: "milliseconds" here are those of a wall clock, as if
 * it stood in UTC.
 */
import { DAY_MS, Days } from "./days.ts";
import type { Plan, Values } from "./plan.ts";

export class LocalTimes {
  readonly #days: Days;
  readonly #hours: readonly number[];
  readonly #minutes: readonly number[];
  readonly #seconds: readonly number[];
  constructor(plan: Plan) {
    this.#days = new Days(plan);
    this.#hours = listed(plan.hours, 24);
    this.#minutes = listed(plan.minutes, 60);
    this.#seconds = listed(plan.seconds, 60);
  }

  /** The first time from this one on, and before another. Both are whole seconds. */
  from(ms: number, before: number): number | undefined {
    const today = Math.floor(ms / DAY_MS);
    const lastDay = Math.ceil(before / DAY_MS);
    let day = this.#days.from(today, lastDay);
    let second: number | undefined;
    if (day === today) {
      second = this.#firstFrom((ms - today * DAY_MS) / 1_000);
      if (second === undefined) day = this.#days.from(today + 1, lastDay);
    }
    if (day === undefined) return undefined;
    const found = day * DAY_MS + (second ?? this.#at(0, 0, 0)) * 1_000;
    return found < before ? found : undefined;
  }

  /** The last time up to this one, and from another on. Both are whole seconds. */
  upTo(ms: number, from: number): number | undefined {
    const today = Math.floor(ms / DAY_MS);
    const dayBefore = Math.floor(from / DAY_MS) - 1;
    let day = this.#days.upTo(today, dayBefore);
    let second: number | undefined;
    if (day === today) {
      second = this.#lastUpTo((ms - today * DAY_MS) / 1_000);
      if (second === undefined) day = this.#days.upTo(today - 1, dayBefore);
    }
    if (day === undefined) return undefined;
    const found = day * DAY_MS + (second ?? this.#at(-1, -1, -1)) * 1_000;
    return found >= from ? found : undefined;
  }

  #firstFrom(second: number): number | undefined {
    const [hour, minute, rest] = clock(second);
    const h = this.#hours.findIndex((one) => one >= hour);
    if (h === -1) return undefined;
    if (this.#hours[h] !== hour) return this.#at(h, 0, 0);
    const m = this.#minutes.findIndex((one) => one >= minute);
    if (m !== -1) {
      if (this.#minutes[m] !== minute) return this.#at(h, m, 0);
      const s = this.#seconds.findIndex((one) => one >= rest);
      if (s !== -1) return this.#at(h, m, s);
      if (m + 1 < this.#minutes.length) return this.#at(h, m + 1, 0);
    }
    return h + 1 < this.#hours.length ? this.#at(h + 1, 0, 0) : undefined;
  }

  #lastUpTo(second: number): number | undefined {
    const [hour, minute, rest] = clock(second);
    const h = this.#hours.findLastIndex((one) => one <= hour);
    if (h === -1) return undefined;
    if (this.#hours[h] !== hour) return this.#at(h, -1, -1);
    const m = this.#minutes.findLastIndex((one) => one <= minute);
    if (m !== -1) {
      if (this.#minutes[m] !== minute) return this.#at(h, m, -1);
      const s = this.#seconds.findLastIndex((one) => one <= rest);
      if (s !== -1) return this.#at(h, m, s);
      if (m > 0) return this.#at(h, m - 1, -1);
    }
    return h > 0 ? this.#at(h - 1, -1, -1) : undefined;
  }

  /** The second of the day that these entries of the three lists make. */
  #at(hour: number, minute: number, second: number): number {
    return (
      (this.#hours.at(hour) ?? 0) * 3_600 +
      (this.#minutes.at(minute) ?? 0) * 60 +
      (this.#seconds.at(second) ?? 0)
    );
  }
}

const clock = (second: number): readonly [hour: number, minute: number, second: number] => [
  Math.floor(second / 3_600),
  Math.floor(second / 60) % 60,
  second % 60,
];

const listed = (values: Values, size: number): readonly number[] =>
  values === "*" ? Array.from({ length: size }, (_, i) => i) : values;
