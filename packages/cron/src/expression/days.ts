/** Which days a plan fires on, in a calendar without zones. A day is a number: 0 is the first of January 1970. */
import type { Plan } from "./plan.ts";
import type { WeekdayRule } from "./weekdays.ts";

export const DAY_MS = 86_400_000;

// fugit's weeks by et-orbi 1.4: week 0 begins on Monday, the 31st of December 2018. Older ones counted from the Tuesday after it.
const WEEK_0 = Date.UTC(2018, 11, 31) / DAY_MS;
// The first of January 1970 was a Thursday.
const THURSDAY = 4;

/** The days of a plan, which it finds a month at a time. */
export class Days {
  readonly #plan: Plan;
  /** By their numbers from 0. */
  readonly #isMonth: readonly boolean[];
  constructor(plan: Plan) {
    this.#plan = plan;
    const { months } = plan;
    this.#isMonth = Array.from({ length: 12 }, (_, i) => months === "*" || months.includes(i + 1));
  }

  /** The first of them from this day on, and before another; undefined if there is none. */
  from(day: number, before: number): number | undefined {
    let month = monthOf(day);
    for (;;) {
      if (this.#isMonth[month.index]) {
        const end = Math.min(month.first + month.length, before);
        for (let one = Math.max(day, month.first); one < end; one++) if (this.#has(one, month)) return one;
      }
      month = this.#other(month, 1);
      if (month.first >= before) return undefined;
    }
  }

  /** The last of them up to this day, and after another; undefined if there is none. */
  upTo(day: number, after: number): number | undefined {
    let month = monthOf(day);
    for (;;) {
      if (this.#isMonth[month.index]) {
        const start = Math.max(month.first, after + 1);
        for (let one = Math.min(day, month.first + month.length - 1); one >= start; one--) {
          if (this.#has(one, month)) return one;
        }
      }
      month = this.#other(month, -1);
      if (month.first + month.length - 1 <= after) return undefined;
    }
  }

  /** The next month that may have such a day, or the one before. */
  #other({ year, index }: Month, step: 1 | -1): Month {
    let other = index + step;
    while (!this.#isMonth[modulo(other, 12)]) other += step;
    return monthAt(year + Math.floor(other / 12), modulo(other, 12));
  }

  #has(day: number, { first, length }: Month): boolean {
    const { monthDays, weekdays, isBoth } = this.#plan;
    const number = day - first + 1;
    const hasNumber = (): boolean =>
      monthDays === "*" || monthDays.includes(number) || monthDays.includes(number - length - 1);
    if (weekdays === "*") return hasNumber();
    const fits = weekdays.some((rule) => fitsRule(rule, day, number, length));
    // As crontab(5) has it: of two that are given, either will do.
    if (monthDays === "*") return fits;
    return isBoth ? fits && hasNumber() : fits || hasNumber();
  }
}

const fitsRule = ({ day: wanted, nth, every }: WeekdayRule, day: number, number: number, length: number) => {
  if (modulo(day + THURSDAY, 7) !== wanted) return false;
  if (every) return modulo(Math.floor((day - WEEK_0) / 7) - every.offset, every.weeks) === 0;
  if (nth === undefined) return true;
  return nth > 0 ? Math.ceil(number / 7) === nth : Math.ceil((length - number + 1) / 7) === -nth;
};

interface Month {
  readonly year: number;
  /** From 0, as Date has it. */
  readonly index: number;
  readonly first: number;
  readonly length: number;
}

const monthOf = (day: number): Month => {
  const date = new Date(day * DAY_MS);
  return monthAt(date.getUTCFullYear(), date.getUTCMonth());
};

const monthAt = (year: number, index: number): Month => {
  const first = Date.UTC(year, index, 1) / DAY_MS;
  return { year, index, first, length: Date.UTC(year, index + 1, 1) / DAY_MS - first };
};

const modulo = (a: number, n: number): number => ((a % n) + n) % n;
