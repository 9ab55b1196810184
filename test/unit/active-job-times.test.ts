/** Dates, times and durations of Ruby as Temporal values, and back. */
import { Duration, rubyTime, temporal } from "tsq";
import type { RubyDate, RubyTime } from "tsq";
import { dumpJson, parseJson } from "@tsq/core/protocol";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";

const Temporal = temporal();

const one = (json: object): unknown =>
  // Nothing here has models to find: no promise.
  (decodeArguments(parseJson(dumpJson([json])) as readonly unknown[], {}) as readonly unknown[])[0];
const encoded = (...values: readonly unknown[]): string => dumpJson(encodeArguments(values, {}));

const serialized = (name: string, members: object): object => ({
  _aj_serialized: `ActiveJob::Serializers::${name}Serializer`,
  ...members,
});

describe("dates and times are Temporal values", () => {
  test.each([
    ["Time", "2030-01-02T05:04:05.678912345+02:00", null, "2030-01-02T05:04:05.678912345+02:00[+02:00]"],
    ["Time", "2030-01-02T03:04:05.678912000Z", null, "2030-01-02T03:04:05.678912+00:00[UTC]"],
    ["Time", "2030-01-02T03:04:05Z", null, "2030-01-02T03:04:05+00:00[UTC]"],
    ["Time", "1016-12-31T23:59:59.000000001-09:30", null, "1016-12-31T23:59:59.000000001-09:30[-09:30]"],
    ["Time", "0016-12-31T23:59:59.000000000Z", null, "0016-12-31T23:59:59+00:00[UTC]"],
    ["Time", "-0016-12-31T23:59:59.000000000Z", null, "-000016-12-31T23:59:59+00:00[UTC]"],
    ["Time", "12016-12-31T23:59:59.000000000Z", null, "+012016-12-31T23:59:59+00:00[UTC]"],
    ["DateTime", "2030-01-02T03:04:05.500000000+03:00", null, "2030-01-02T03:04:05.5+03:00[+03:00]"],
    [
      "TimeWithZone",
      "2030-01-01T22:04:05.678912000-05:00",
      "America/New_York",
      "2030-01-01T22:04:05.678912-05:00[America/New_York]",
    ],
    ["TimeWithZone", "2030-07-01T22:04:05.000000000-04:00", null, "2030-07-01T22:04:05-04:00[-04:00]"],
  ])("%s %s in %s", (name, value, zone, expected) => {
    const json = serialized(name, { value, ...(zone && { time_zone: zone }) });

    expect(String(one(json))).toBe(expected);
    expect(encoded(one(json))).toBe(dumpJson([json]));
  });

  test.each(["2030-01-02", "0016-12-31", "-0016-12-31", "12016-01-01"])("Date %s", (value) => {
    const json = serialized("Date", { value });
    const date = one(json) as RubyDate;

    expect(date).toBeInstanceOf(Temporal.PlainDate);
    expect(date.year).toBe(Number.parseInt(value, 10));
    expect(encoded(Temporal.PlainDate.from(date))).toBe(dumpJson([json]));
  });

  test("of which a Date of JavaScript can be made", () => {
    const time = one(serialized("Time", { value: "2030-01-02T03:04:05.678912000Z" })) as RubyTime;

    expect(new Date(time.epochMilliseconds)).toEqual(new Date("2030-01-02T03:04:05.678Z"));
  });

  test("of Node's own Temporal, where Node has one", () => {
    const own = {};
    vi.stubGlobal("Temporal", own);
    onTestFinished(() => void vi.unstubAllGlobals());

    expect(temporal()).toBe(own);
  });

  test("which are written by what they are when they do not come from Ruby", () => {
    const zoned = Temporal.ZonedDateTime.from("2030-07-01T12:00:00.5+02:00[Europe/Berlin]");

    expect(encoded(zoned)).toBe(
      dumpJson([
        serialized("TimeWithZone", {
          value: "2030-07-01T12:00:00.500000000+02:00",
          time_zone: "Europe/Berlin",
        }),
      ]),
    );
    const utc = "2030-07-01T10:00:00.500000000Z";
    expect(encoded(zoned.toInstant(), new Date(zoned.epochMilliseconds))).toBe(
      dumpJson([serialized("Time", { value: utc }), serialized("Time", { value: utc })]),
    );
    expect(encoded(zoned.withTimeZone("+05:45"))).toBe(
      dumpJson([serialized("Time", { value: "2030-07-01T15:45:00.500000000+05:45" })]),
    );
    expect(encoded(zoned.withTimeZone("UTC"))).toBe(
      dumpJson([serialized("TimeWithZone", { value: utc, time_zone: "UTC" })]),
    );
    // Before railways an offset had seconds, and Ruby's text has none.
    expect(encoded(Temporal.ZonedDateTime.from("1850-01-01T00:00:00[America/New_York]"))).toBe(
      dumpJson([
        serialized("TimeWithZone", {
          value: "1850-01-01T04:56:02.000000000Z",
          time_zone: "America/New_York",
        }),
      ]),
    );
  });

  test("which are another class of Ruby where somebody says so, until they are calculated with", () => {
    const zoned = Temporal.ZonedDateTime.from("2030-07-01T12:00:00+02:00[Europe/Berlin]");
    const time = rubyTime(zoned, "DateTime");

    expect(time.equals(zoned)).toBe(true);
    expect(encoded(time)).toBe(
      dumpJson([serialized("DateTime", { value: "2030-07-01T12:00:00.000000000+02:00" })]),
    );
    expect(encoded(rubyTime(new Date(0), "TimeWithZone"))).toBe(
      dumpJson([serialized("TimeWithZone", { value: "1970-01-01T00:00:00.000000000Z", time_zone: "UTC" })]),
    );
    expect(encoded(time.add({ hours: 1 }))).toContain("TimeWithZoneSerializer");
  });
});

describe("a Duration", () => {
  test("has its length and its parts", () => {
    const value = one(
      serialized("Duration", {
        value: 2_802_546,
        parts: [
          [serialized("Symbol", { value: "months" }), 1],
          [serialized("Symbol", { value: "days" }), 2],
        ],
      }),
    ) as Duration;

    expect(value.seconds).toBe(2_802_546);
    expect(value.parts).toEqual({ months: 1, days: 2 });
    expect(String(value.toTemporal())).toBe("P1M2D");
    expect(value).toEqual(new Duration({ months: 1, days: 2 }));
  });

  test.each([
    [{}, "PT0S"],
    [{ years: 1, weeks: 2 }, "P1Y2W"],
    [{ hours: -1, minutes: -30 }, "-PT1H30M"],
    [{ seconds: 1.5 }, "PT1.5S"],
    [{ seconds: 0.1, minutes: 1 }, "PT1M0.1S"],
    [{ hours: 1.5 }, "PT5400S"],
    [{ months: 1, days: 0.5 }, "P1MT43200S"],
    [{ years: 1, months: -1 }, "P11M"],
    [{ hours: 1, minutes: -30 }, "PT1800S"],
    // No calendar has a month less two days: its length is all there is.
    [{ months: 1, days: -2 }, "PT2456946S"],
    [{ months: 0.5 }, "PT1314873S"],
  ])("of %j is %s", (parts, iso) => {
    expect(String(new Duration(parts).toTemporal())).toBe(iso);
  });

  test("can be one of Temporal when it is enqueued", () => {
    expect(encoded(Temporal.Duration.from({ hours: 1, milliseconds: 500 }))).toBe(
      encoded(new Duration({ hours: 1, seconds: 0.5 })),
    );
  });
});
