/** What one part of a sentence says of the times, and how parts that speak of the same go together. */
import { WEEKDAY_NAMES } from "../expression/weekdays.ts";
import { NotSaid } from "./not-said.ts";

/** As written into a field of a cron expression: a number, or a text such as `1-5` or `*\/15`. */
export type Written = number | string;
type Some = Written | readonly Written[];

/** About `nothing` is what fugit reads and drops; its values are the words for it. */
export type Subject = "second" | "monthDay" | "month" | "weekday" | "zone" | "nothing";

/** `on the 15th`, `every monday`, `in Europe/Paris`. */
export interface Saying {
  readonly about: Subject;
  readonly values: Some;
  /** Whether it gives way to another: `every day` to `on the 15th`. */
  readonly isWeak?: boolean;
}

/** `at 9:30`, `every 15 minutes`: hours and minutes, which are said together. */
export interface TimeSaying {
  readonly about: "time";
  readonly hours: Some;
  readonly minutes: Some;
  /** The part that holds against another saying, or gives way to it. */
  readonly strong?: Part;
  readonly weak?: Part;
}
type Part = "hours" | "minutes";

/** Of two sayings about one subject, in their order. */
export const joined = (a: Saying, b: Saying): Saying => {
  if (b.isWeak) return { about: a.about, values: a.values };
  if (a.isWeak) return { about: a.about, values: b.values };
  return { about: a.about, values: bothOf(a.values, b.values) };
};

/** Of two sayings about hours and minutes, of which at least one holds or gives way. */
export const joinedTimes = (a: TimeSaying, b: TimeSaying): TimeSaying => ({
  about: "time",
  hours: withoutLast(a, b) ?? withoutLast(b, a) ?? joinedPart(a, b, "hours"),
  minutes: joinedPart(a, b, "minutes"),
});

const joinedPart = (a: TimeSaying, b: TimeSaying, part: Part): Some => {
  if (a.strong === part) return a[part];
  if (b.strong === part) return b[part];
  if (b.weak === part) return a[part];
  if (a.weak === part) return b[part];
  return bothOf(a[part], b[part]);
};

/** `9am to 5pm` ends at 16:59 for what runs several times an hour. */
const withoutLast = (range: TimeSaying, minutely: TimeSaying): Some | undefined => {
  if (minutely.strong !== "minutes" || range.minutes !== 0) return undefined;
  // fugit cannot tell what `every 5 minutes at 9` is to be.
  if (typeof range.hours !== "string") throw new NotSaid();
  const groups = /^(?<first>\d+)-(?<last>\d+)$/.exec(range.hours)?.groups;
  if (!groups) return undefined;
  const [first, last] = [Number(groups["first"]), Number(groups["last"]) - 1];
  return first === last ? first : `${first}-${last}`;
};

const bothOf = (a: Some, b: Some): readonly Written[] => {
  const both = [...listOf(a), ...listOf(b)];
  return both.length === 0 ? ["*"] : both;
};

const listOf = (some: Some): readonly Written[] => (some === "*" ? [] : valuesOf(some));

/** Sayings that fugit drops, as people write them: `day 15`, `thu-fri`. */
export const inShort = (said: readonly (Saying | TimeSaying)[]): readonly string[] =>
  said.flatMap((saying) => {
    if (saying.about === "time") return timesInShort(valuesOf(saying.hours), valuesOf(saying.minutes));
    return valuesOf(saying.values).map((value) => {
      if (saying.about === "monthDay") return `day ${value}`;
      if (saying.about === "weekday")
        return String(value).replaceAll(/\d/g, (day) => WEEKDAY_NAMES[Number(day)] ?? day);
      return `${saying.about} ${value}`;
    });
  });

/** `18:15` */
export const timesInShort = (hours: readonly Written[], minutes: readonly Written[]): readonly string[] =>
  hours.flatMap((hour) => minutes.map((minute) => `${padded(hour)}:${padded(minute)}`));

const padded = (value: Written): string => String(value).padStart(2, "0");

export const valuesOf = (some: Some): readonly Written[] => (typeof some === "object" ? some : [some]);
