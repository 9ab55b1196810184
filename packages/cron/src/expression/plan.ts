/** A cron expression as what it means: which seconds, minutes, hours and days. */
import { ruleText } from "./weekdays.ts";
import type { WeekdayRule } from "./weekdays.ts";

/** In their order; `"*"` is any. */
export type Values = readonly number[] | "*";

export interface Plan {
  readonly seconds: Values;
  readonly minutes: Values;
  readonly hours: Values;
  /** Negative ones count from the end: -1 is the last day of a month. */
  readonly monthDays: Values;
  readonly months: Values;
  readonly weekdays: readonly WeekdayRule[] | "*";
  /** Whether a day must fit both the days of a month and those of a week (`&`), where both are given, and not one of them. */
  readonly isBoth: boolean;
  /** As it is written. */
  readonly zone: string | undefined;
}

/** As fugit's `to_cron_s` writes it: every value, no ranges. Two expressions with the same text fire at the same times. */
export const planText = (plan: Plan): string => {
  const { seconds, minutes, hours, monthDays, months, weekdays, isBoth, zone } = plan;
  const days = weekdays === "*" ? "*" : weekdays.map(ruleText).join(",");
  return [
    ...(isOnTheMinute(plan) ? [] : [seconds]),
    minutes,
    hours,
    monthDays,
    months,
    isBoth ? `${days}&` : days,
    ...(zone === undefined ? [] : [zone]),
  ].join(" ");
};

/** Whether it fires at second 0 alone. */
export const isOnTheMinute = ({ seconds }: Plan): boolean =>
  seconds !== "*" && seconds.length === 1 && seconds[0] === 0;

const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Without the days and months that no year has together; undefined if none is left.
 * As fugit does it, even where days of the week are given too: `0 0 31 2,3 1` leaves February out.
 */
export const withoutImpossible = (plan: Plan): Plan | undefined => {
  const { monthDays, months } = plan;
  if (monthDays === "*" || months === "*") return plan;
  const fits = (month: number, day: number): boolean => day <= (LONGEST[month - 1] ?? 0);
  const possibleMonths = months.filter((month) => monthDays.some((day) => fits(month, day)));
  const possibleDays = monthDays.filter((day) => months.some((month) => fits(month, day)));
  return possibleMonths.length === 0
    ? undefined
    : { ...plan, months: possibleMonths, monthDays: possibleDays };
};
