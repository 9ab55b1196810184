/** The grammar of fugit's sentences: `every weekday at five`, `from Monday to Friday at 9am in Europe/Paris`. */
import { readTime } from "./hours.ts";
import { NotSaid } from "./not-said.ts";
import { MONTH_DAY_WORDS, wordPattern } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import { inShort } from "./saying.ts";
import type { Saying, TimeSaying } from "./saying.ts";

type Said = Saying | TimeSaying;

const SEPARATOR = /[ \t]+|[ \t]*,[ \t]*/y;
const AND = /[ \t]*and[ \t]+/iy;
const AND_OR = /[ \t]*(?:and|or)[ \t]+/iy;
const AND_OR_COMMA = /[ \t]*(?:,[ \t]*)?(?:(?:and|or)[ \t]+|,[ \t]*)/iy;
const EVERY = /[ \t]*every[ \t]+/iy;
const FROM = /[ \t]*from[ \t]+/iy;
const TO = /[ \t]*to[ \t]+/iy;
const THROUGH = /[ \t]*-[ \t]*|[ \t]+(?:to|through)[ \t]+/iy;
const AT = /[ \t]*at[ \t]+/iy;
const ON = /[ \t]*on[ \t]+/iy;
const IN_OR_ON = /(?:in|on)[ \t]+/iy;
const THE = /[ \t]*the[ \t]+/iy;
const DAYS = /[ \t]*days?[ \t]+/iy;
const MINUTE = /[ \t]*minute[ \t]+/iy;
const THE_HOUR_OR_MINUTE = /[ \t]*the[ \t]+(?:hour|minute)[ \t]*/iy;
const OF_THE_MONTH = /[ \t]+of the month/y;

const COUNT = /\d+/y;
// In this order and case: `M` is a month, and of `mins` fugit takes `min`.
const INTERVAL = /[ \t]*(?:seconds?|minutes?|hours?|days?|months?|sec|min|s|m|h|d|M)/y;
const WEEK_OR_YEAR = /(?:1[ \t]+)?(?:week|year)/y;
const WEEKDAY_WORD = /weekday/iy;
const POINT = /(?:minutes?|mins?|seconds?|secs?|hours?|hou|h)[ \t]+/iy;
const DAY_NUMBER = /3[01]|[0-2]?\d/y;
const MINUTE_NUMBER = /[0-5]?\d/y;
const MONTH_DAY = wordPattern(MONTH_DAY_WORDS.keys());
const NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const WEEKDAY =
  /(?:sunday|monday|tuesday|wednesday|thursday|friday|saturday|sun|mon|tue|wed|thu|fri|sat)(?=$|[-, \t])/iy;
// A name needs two letters here, and fewer in the rest of the grammar: `Z` is read, and refused as a zone.
const ZONE =
  /[A-Z][A-Za-z0-9+-]+(?:\/[A-Z][A-Za-z0-9+_-]+){0,2}|Z|[-+](?:[01]\d|2[0-4])(?::?(?:00|15|30|45))?/y;

/** All that a sentence says, part by part; undefined if a part of it is none of fugit's. */
export const readSentence = (reader: Reader): readonly Said[] | undefined => {
  const parts = reader.list(
    () =>
      reader.first<readonly Said[]>(
        () => every(reader),
        () => from(reader),
        () => at(reader),
        () => zone(reader),
        () => on(reader),
      ),
    SEPARATOR,
  );
  return parts && reader.isAtEnd ? parts.flat() : undefined;
};

const every = (reader: Reader): readonly Said[] | undefined => {
  if (reader.take(EVERY) === undefined) return undefined;
  const objects = reader.list(
    () =>
      reader.first<readonly Said[]>(
        () => reader.list(() => dayRange(reader) ?? weekdays(reader), AND_OR),
        () => ofTheMonth(reader),
        () => interval(reader),
        () => (reader.take(WEEKDAY_WORD) === undefined ? undefined : [weak("weekday", "1-5")]),
        () => weekOrYear(reader),
      ),
    AND_OR,
  );
  if (!objects) return undefined;
  const [first = [], ...others] = objects;
  // Of `every 1st and 15th of the month` fugit hears the first day. A week's or a year's sayings are one.
  const heard = first.some(({ about }) => about === "month") ? first.length : 1;
  const dropped = [...first.slice(heard), ...others.flat()];
  return [...first.slice(0, heard), { about: "nothing", values: inShort(dropped) }];
};

const ofTheMonth = (reader: Reader): readonly Said[] | undefined => {
  const days = monthDays(reader);
  return days && reader.take(OF_THE_MONTH) !== undefined ? days : undefined;
};

const interval = (reader: Reader): readonly Said[] | undefined => {
  const count = reader.take(COUNT) ?? "1";
  const unit = reader.take(INTERVAL)?.trim();
  if (unit === undefined) return undefined;
  const step = count === "1" ? "*" : `*/${count}`;
  if (unit === "M" || unit.startsWith("mon")) return [{ about: "month", values: step }];
  const [letter = "s"] = unit;
  switch (letter) {
    case "d":
      return [weak("monthDay", step)];
    case "h":
      return [{ about: "time", hours: step, minutes: 0, weak: "minutes" }];
    case "m":
      return [{ about: "time", hours: "*", minutes: step, strong: "minutes" }];
    default:
      return [{ about: "second", values: step }];
  }
};

const weekOrYear = (reader: Reader): readonly Said[] | undefined => {
  const found = reader.take(WEEK_OR_YEAR);
  if (found === undefined) return undefined;
  return found.endsWith("year") ? [weak("month", 1), weak("monthDay", 1)] : [weak("weekday", 0)];
};

const from = (reader: Reader): readonly Said[] | undefined => {
  reader.take(FROM);
  return reader.list(
    () =>
      reader.first<Said>(
        () => dayRange(reader),
        () => monthDayRange(reader),
        () => hourRange(reader),
      ),
    AND_OR,
  );
};

const dayRange = (reader: Reader): Saying | undefined =>
  reader.first(() => {
    const first = weekday(reader);
    if (first === undefined || reader.take(THROUGH) === undefined) return undefined;
    const last = weekday(reader);
    return last === undefined ? undefined : { about: "weekday", values: `${first}-${last}` };
  });

const monthDayRange = (reader: Reader): Saying | undefined => {
  reader.take(THE);
  const first = monthDay(reader);
  if (first === undefined || reader.take(TO) === undefined) return undefined;
  reader.take(THE);
  const last = monthDay(reader);
  return last === undefined ? undefined : { about: "monthDay", values: `${first}-${last}` };
};

const hourRange = (reader: Reader): TimeSaying | undefined => {
  const first = readTime(reader);
  if (first === undefined || reader.take(TO) === undefined) return undefined;
  const last = readTime(reader);
  if (last === undefined) return undefined;
  // fugit: `from 8:30 to 9:15` cannot be said in one expression; the minutes of `from 8:30 to 9:30` are lost.
  if (first.minutes !== last.minutes) throw new NotSaid();
  return {
    about: "time",
    hours: `${String(first.hours)}-${String(last.hours)}`,
    minutes: 0,
    strong: "hours",
  };
};

const at = (reader: Reader): readonly Said[] | undefined => {
  reader.take(AT);
  return reader
    .list(
      () =>
        reader.first<readonly Said[]>(
          () => asList(readTime(reader)),
          () => reader.list(() => point(reader), AND_OR),
        ),
      AND_OR_COMMA,
    )
    ?.flat();
};

const asList = <T>(one: T | undefined): readonly T[] | undefined => (one === undefined ? undefined : [one]);

const point = (reader: Reader): Said | undefined => {
  const unit = reader.take(POINT)?.toLowerCase();
  const counts = unit === undefined ? undefined : reader.list(() => reader.take(COUNT), AND_OR_COMMA);
  if (unit === undefined || counts === undefined) return undefined;
  const values = counts.map(Number);
  if (unit.startsWith("m")) return { about: "time", hours: "*", minutes: values, strong: "minutes" };
  if (unit.startsWith("s")) return { about: "second", values };
  // fugit reads `at hour 5`, and drops it.
  return { about: "nothing", values: values.map((value) => `hour ${value}`) };
};

const zone = (reader: Reader): readonly Said[] | undefined => {
  reader.take(IN_OR_ON);
  const name = reader.take(ZONE);
  return name === undefined ? undefined : [{ about: "zone", values: name }];
};

const on = (reader: Reader): readonly Said[] | undefined => {
  if (reader.take(ON) === undefined) return undefined;
  return reader
    .list(
      () =>
        reader.first<readonly Said[]>(
          () => onDays(reader),
          () => asList(weekdays(reader)),
          () => onMinutes(reader),
          () => onThe(reader),
          () => onTheHourOrMinute(reader),
        ),
      AND,
    )
    ?.flat();
};

const onDays = (reader: Reader): readonly Said[] | undefined => {
  if (reader.take(DAYS) === undefined) return undefined;
  const days = reader.list(() => reader.take(DAY_NUMBER), AND_OR_COMMA);
  return days?.map((day) => ({ about: "monthDay", values: Number(day) }));
};

const onMinutes = (reader: Reader): readonly Said[] | undefined => {
  if (reader.take(MINUTE) === undefined) return undefined;
  const minutes = reader.list(() => {
    reader.take(MINUTE);
    return reader.take(MINUTE_NUMBER);
  }, AND_OR_COMMA);
  if (!minutes) return undefined;
  return [{ about: "time", hours: "*", minutes: minutes.join(","), strong: "minutes" }];
};

const onThe = (reader: Reader): readonly Said[] | undefined =>
  reader.list(() => (reader.take(THE) === undefined ? undefined : monthDays(reader)), AND_OR_COMMA)?.flat();

const onTheHourOrMinute = (reader: Reader): readonly Said[] | undefined => {
  const found = reader.take(THE_HOUR_OR_MINUTE);
  if (found === undefined) return undefined;
  return /hour/i.test(found)
    ? [{ about: "time", hours: 0, minutes: "*", strong: "hours" }]
    : [{ about: "time", hours: "*", minutes: "*", strong: "minutes" }];
};

const weekdays = (reader: Reader): Saying | undefined => {
  const days = reader.list(() => weekday(reader), AND_OR_COMMA);
  return days && { about: "weekday", values: days };
};

const weekday = (reader: Reader): number | undefined => {
  const name = reader.take(WEEKDAY);
  return name === undefined ? undefined : NAMES.indexOf(name.slice(0, 3).toLowerCase());
};

const monthDays = (reader: Reader): readonly Said[] | undefined =>
  reader.list(() => monthDay(reader), AND_OR_COMMA)?.map((day) => ({ about: "monthDay", values: day }));

const monthDay = (reader: Reader): number | "L" | undefined => {
  const word = reader.take(MONTH_DAY);
  return word === undefined ? undefined : MONTH_DAY_WORDS.get(word.toLowerCase());
};

const weak = (about: Saying["about"], values: number | string): Saying => ({ about, values, isWeak: true });
