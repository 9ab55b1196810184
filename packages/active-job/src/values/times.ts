/** Dates and times of Ruby as Temporal values that remember which of Ruby's classes they were, and back. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import type { Temporal } from "temporal-polyfill";
import { Fault, Unable } from "./argument-path.ts";
import { DATE, DATE_TIME, SERIALIZED, TIME, TIME_WITH_ZONE } from "./marks.ts";
import { isReadByRuby } from "./ruby-dates.ts";
import { rememberWritten } from "./ruby-form.ts";
import type { JsonObject } from "./ruby-form.ts";
import { temporal, temporalKind } from "./temporal.ts";
import { usualMoment } from "./usual-moment.ts";

/** The classes of Ruby that a time can be of. */
export type RubyTimeClass = "Time" | "DateTime" | "TimeWithZone";

/** A time of Temporal that names a moment: one in a zone or with an offset, or one of UTC. */
type Moment = Temporal.ZonedDateTime | Temporal.Instant | Date;

// Ruby writes years without a sign and with as many digits as they have; ISO 8601 wants six where four are too few.
const DAY = /^(-?)(\d{4,})(-\d\d-\d\d)(?=$|T)/;
const OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/;

const toIso = (text: string): string =>
  text.replace(DAY, (_, minus: string, year: string, rest: string) =>
    minus === "" && year.length === 4 ? year + rest : `${minus || "+"}${year.padStart(6, "0")}${rest}`,
  );

const toRuby = (iso: string): string =>
  iso.replace(/^([+-])0*(\d{4,})/, (_, sign: string, year: string) => (sign === "-" ? "-" : "") + year);

const USUAL_DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/** @throws Fault when it is no date, Unable when it is one that only Ruby holds */
export const readDate = (json: JsonObject): Temporal.PlainDate => {
  const value = textIn(json, "2030-01-02");
  const { PlainDate } = temporal();
  const date = read(json, value, () => {
    const [, year, month, day] = USUAL_DAY.exec(value) ?? [];
    if (year === undefined) return PlainDate.from(toIso(value));
    return new PlainDate(Number(year), Number(month), Number(day));
  });
  return rememberWritten(date, json);
};

/**
 * A Time, a DateTime or a TimeWithZone; one without a zone, as Rails before 7.0.9 wrote them too, has its offset.
 *
 * @throws Fault when it is no time with an offset, Unable when this Node does not know its zone, or only Ruby holds it
 */
export const readTime = (json: JsonObject): Temporal.ZonedDateTime => {
  const value = textIn(json, "2030-01-02T03:04:05.000000000Z");
  const zone = json["time_zone"] ?? null;
  const [offset] = OFFSET.exec(value) ?? [];
  if (offset === undefined) {
    throw new Fault(
      `is the time ${shown(value)}, without the offset that Ruby writes. Mend what enqueued it.`,
    );
  }
  const nanoseconds =
    usualMoment(value) ?? read(json, value, () => temporal().Instant.from(toIso(value)).epochNanoseconds);
  return rememberWritten(inZone(nanoseconds, zone ?? (offset === "Z" ? "UTC" : offset)), json);
};

const inZone = (nanoseconds: bigint, zone: unknown): Temporal.ZonedDateTime => {
  const { ZonedDateTime } = temporal();
  try {
    if (typeof zone === "string") return new ZonedDateTime(nanoseconds, zone);
  } catch {
    // Said below: the polyfill and Node say it in different words.
  }
  if (typeof zone !== "string") {
    throw new Fault(
      `is a time in the zone ${shown(zone)}, where Ruby writes a text such as \`Europe/Berlin\`. Mend what enqueued it.`,
    );
  }
  // Another Node may know it, and Ruby does.
  throw new Unable(
    `is a time in the zone ${shown(zone)}, which this Node does not know. Name it as the IANA does, such as \`Europe/Berlin\`, or use a Node with newer time zones.`,
  );
};

const textIn = (json: JsonObject, example: string): string => {
  const { value } = json;
  if (typeof value === "string") return value;
  throw new Fault(
    `has ${shown(value)} as its \`value\`, where Ruby writes a text such as \`${example}\`. Mend what enqueued it.`,
  );
};

const read = <T>(json: JsonObject, value: string, make: () => T): T => {
  try {
    return make();
  } catch {
    if (isReadByRuby(value)) {
      const name = json[SERIALIZED];
      throw new Unable(
        `is ${shown(value)}, which Ruby reads and Temporal cannot hold. ` +
          `Read it yourself: \`configure({ serializers: [{ name: ${JSON.stringify(name)}, … }] })\`.`,
      );
    }
    throw new Fault(
      `is ${shown(value)}, which is no date or time that Temporal can hold. Mend what enqueued it.`,
    );
  }
};

/**
 * A time as one of Ruby's classes, where the usual one will not do: a `ZonedDateTime` in a named zone is a TimeWithZone,
 * one with an offset, an `Instant` and a `Date` are a Time.
 *
 * @returns a new value, in UTC if the moment has no zone. A `TimeWithZone` of it is in `UTC`
 * @throws ConfigError when it is no moment, or a TimeWithZone has an offset and no zone
 * @example
 * await remind.performLater(rubyTime(Temporal.Now.zonedDateTimeISO("Europe/Berlin"), "DateTime"));
 */
export const rubyTime = (moment: Moment, rubyClass: RubyTimeClass): Temporal.ZonedDateTime => {
  const serializer = { Time: TIME, DateTime: DATE_TIME, TimeWithZone: TIME_WITH_ZONE }[rubyClass];
  const zoned = serializer && zonedOf(moment);
  if (!zoned) {
    throw new ConfigError(
      `Expected a time and one of the classes Time, DateTime and TimeWithZone, got ${shown(moment)} and ${shown(rubyClass)}. ` +
        "Pass a Temporal.ZonedDateTime, a Temporal.Instant or a Date.",
    );
  }
  if (serializer === TIME_WITH_ZONE && isOffset(zoned)) {
    throw new ConfigError(
      `Expected a TimeWithZone to be in a named zone, got one in ${shown(zoned.timeZoneId)}, which is no time zone of Ruby. ` +
        'Name the zone, `time.withTimeZone("Europe/Berlin")`, or make it a "Time", which keeps the offset.',
    );
  }
  return rememberWritten(zoned, writtenTime(zoned, serializer));
};

const isOffset = ({ timeZoneId }: Temporal.ZonedDateTime): boolean => /^[+-]/.test(timeZoneId);

const zonedOf = (moment: Moment): Temporal.ZonedDateTime | undefined => {
  // From JavaScript anything can come.
  const kind = temporalKind(moment ?? {});
  const { Instant, ZonedDateTime } = temporal();
  // Their texts, because they may be of another Temporal.
  if (kind === "Temporal.ZonedDateTime") return ZonedDateTime.from(String(moment));
  if (kind === "Temporal.Instant") return Instant.from(String(moment)).toZonedDateTimeISO("UTC");
  if (!(moment instanceof Date) || Number.isNaN(moment.getTime())) return undefined;
  return Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO("UTC");
};

/** What Ruby would write for a Temporal value that does not come from Ruby; undefined if Ruby has no such. */
export const writeTemporal = (value: object, kind: string): JsonObject | undefined => {
  switch (kind) {
    case "Temporal.PlainDate":
      // The cast is by its name: whoever made it, it has the methods of one.
      return {
        [SERIALIZED]: DATE,
        value: toRuby((value as Temporal.PlainDate).toString({ calendarName: "never" })),
      };
    case "Temporal.Instant":
      return { [SERIALIZED]: TIME, value: toRuby((value as Temporal.Instant).toString(NANOSECONDS)) };
    case "Temporal.ZonedDateTime": {
      const zoned = value as Temporal.ZonedDateTime;
      return writtenTime(zoned, isOffset(zoned) ? TIME : TIME_WITH_ZONE);
    }
    default:
      return undefined;
  }
};

/** A Date of JavaScript is a Time of UTC. */
export const writeDate = (date: Date): JsonObject => ({
  [SERIALIZED]: TIME,
  value: toRuby(date.toISOString().replace("Z", "000000Z")),
});

const NANOSECONDS = { smallestUnit: "nanosecond" } as const;
const PLAIN = { ...NANOSECONDS, timeZoneName: "never", calendarName: "never" } as const;
const UTC = new Set(["UTC", "Etc/UTC"]);

const writtenTime = (zoned: Temporal.ZonedDateTime, serializer: string): JsonObject => {
  const { timeZoneId: zone } = zoned;
  // An offset with seconds, as before railways, is rounded by Temporal's text, and Ruby would read another moment.
  const isInUtc = UTC.has(zone) || /:\d\d:\d\d/.test(zoned.offset);
  const value = toRuby(isInUtc ? zoned.toInstant().toString(NANOSECONDS) : zoned.toString(PLAIN));
  if (serializer !== TIME_WITH_ZONE) return { [SERIALIZED]: serializer, value };
  return { [SERIALIZED]: serializer, value, time_zone: zone };
};
