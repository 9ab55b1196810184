/** The days of a plan in words, where other descriptions of cron have none for them. */
import type { Plan } from "../expression/plan.ts";
import type { WeekdayRule } from "../expression/weekdays.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const FROM_START = ["first", "second", "third", "fourth", "fifth"];
const FROM_END = ["last", "second to last", "third to last", "fourth to last", "fifth to last"];

/** Undefined where cronstrue says what fugit does. */
export const daysInWords = ({ monthDays, weekdays, isBoth }: Plan): string | undefined => {
  const numbers = monthDays === "*" ? undefined : `on ${listed(monthDayParts(monthDays))} of the month`;
  const days = weekdays === "*" ? undefined : `on ${listed(weekdayParts(weekdays))}`;
  // Of both cronstrue says "and", which may mean either.
  if (numbers !== undefined && days !== undefined) {
    return isBoth ? `${numbers} if that is ${days}` : `${numbers}, and also ${days}`;
  }
  if (monthDays !== "*") return monthDays.some((day) => day < 0) ? numbers : undefined;
  if (weekdays === "*") return undefined;
  return weekdays.some(({ nth, every }) => nth !== undefined || every !== undefined) ? days : undefined;
};

const monthDayParts = (days: readonly number[]): readonly string[] => {
  const positive = days.filter((day) => day > 0);
  const negative = days.filter((day) => day < 0);
  return [
    ...(positive.length === 0 ? [] : [`day ${listed(runs(positive, String))}`]),
    ...negative.map((day) => (day === -1 ? "the last day" : `the ${ordinal(-day)} to last day`)),
  ];
};

const weekdayParts = (rules: readonly WeekdayRule[]): readonly string[] => {
  const days = rules.flatMap(({ day, nth, every }) =>
    nth === undefined && every === undefined ? [day] : [],
  );
  const others = rules.filter(({ nth, every }) => nth !== undefined || every !== undefined);
  return [...runs(days, (day) => DAYS[day] ?? String(day)), ...others.map(weekday)];
};

/** Three in a row are `1 to 3`. */
const runs = (values: readonly number[], named: (value: number) => string): readonly string[] => {
  const [first] = values;
  if (first === undefined) return [];
  const next = values.findIndex((value, i) => value !== first + i);
  const length = next === -1 ? values.length : next;
  const rest = runs(values.slice(length), named);
  if (length >= 3) return [`${named(first)} to ${named(first + length - 1)}`, ...rest];
  return [...values.slice(0, length).map(named), ...rest];
};

const weekday = ({ day, nth, every }: WeekdayRule): string => {
  const name = DAYS[day] ?? String(day);
  if (nth !== undefined) {
    const which = nth > 0 ? FROM_START[nth - 1] : FROM_END[-nth - 1];
    return `the ${which} ${name} of the month`;
  }
  if (every === undefined || every.weeks === 1) return name;
  return `every ${ordinal(every.weeks)} ${name}${every.offset % every.weeks === 0 ? "" : ` (offset ${every.offset % every.weeks})`}`;
};

const ordinal = (n: number): string => {
  const teen = Math.floor(n / 10) % 10 === 1;
  const ending = teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th");
  return n <= 5 ? (FROM_START[n - 1] ?? String(n)) : `${n}${ending}`;
};

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
