/** Values of Ruby that there are not: refused when they are made, and not by Ruby when it reads them. */
import {
  BigDecimal,
  ConfigError,
  Duration,
  float,
  GlobalID,
  indifferent,
  kwargs,
  RubyModule,
  rubyTime,
  symbol,
  symbolKeys,
  temporal,
} from "tsq";
import { describe, expect, test } from "vitest";

describe("values that are none are refused when they are made", () => {
  test.each<readonly [string, () => unknown, string]>([
    [
      "a BigDecimal",
      () => new BigDecimal("1,5"),
      'Expected a BigDecimal to be a decimal, got `"1,5"`. Pass one such as "19.90".',
    ],
    ["a GlobalID", () => new GlobalID("crm/Contact/7"), 'Expected a GlobalID, got `"crm/Contact/7"`.'],
    ["a GlobalID of a bad escape", () => new GlobalID("gid://crm/Contact/%zz"), "Expected a GlobalID"],
    ["a time", () => rubyTime("2030-01-01" as never, "Time"), "Expected a time and one of the classes"],
    ["a time that is nothing", () => rubyTime(null as never, "Time"), 'got nothing and `"Time"`'],
    ["a BigDecimal without digits behind its point", () => new BigDecimal("5."), 'got `"5."`'],
    ["a BigDecimal with two underscores", () => new BigDecimal("1__0"), "Expected a BigDecimal"],
    ["a BigDecimal of a list", () => new BigDecimal(["5"] as never), "Expected a BigDecimal"],
    [
      "a Symbol",
      () => symbol(5 as never),
      "name of a Symbol of Ruby to be a text, got `5`. Pass one such as",
    ],
    ["a class", () => new RubyModule("not a class"), 'a class or module of Ruby, got `"not a class"`.'],
    ["a class that is nothing", () => new RubyModule(undefined as never), "got nothing"],
    [
      "a Duration of a text",
      () => new Duration({ hours: "2" as never }),
      'Expected `hours` of a Duration to be a finite number, got `"2"`.',
    ],
    [
      "a Duration of fortnights",
      () => new Duration({ fortnights: 1 } as never),
      "to be of years, months, weeks, days, hours, minutes, seconds, got `fortnights`.",
    ],
    ["a Duration of NaN", () => new Duration({ hours: Number.NaN }), "to be a finite number, got `NaN`"],
    ["a Duration of no length", () => new Duration({}, Infinity), "`seconds` of a Duration"],
    ["a Duration of nothing", () => new Duration(null as never), "to be an object, got nothing"],
    [
      "a TimeWithZone without a zone",
      () => rubyTime(temporal().ZonedDateTime.from("2030-01-01T00:00+02:00[+02:00]"), "TimeWithZone"),
      'to be in a named zone, got one in `"+02:00"`, which is no time zone of Ruby.',
    ],
    ["keywords of a Map", () => kwargs(new Map([["a", 1]])), "kwargs() to get a plain object, got a mapping"],
    ["keywords of a Date", () => kwargs(new Date(0)), "to get a plain object, got the date"],
    ["keywords of a list", () => kwargs([1]), "to get a plain object, got `[1]`. Write kwargs("],
    ["keywords of nothing", () => kwargs(null as never), "to get a plain object, got nothing"],
    ["keywords of a text", () => kwargs("ab" as never), "to get a plain object"],
    [
      "symbols of an object of a class",
      () => symbolKeys(new GlobalID("gid://crm/Contact/7")),
      "symbolKeys() to get a plain object",
    ],
    [
      "symbols by a text",
      () => symbolKeys({ a: 1 }, "a" as never),
      "keys of symbolKeys() to be a list of texts",
    ],
    ["an indifferent Set", () => indifferent(new Set([1])), "indifferent() to get a plain object"],
    ["a time of another class", () => rubyTime(new Date(), "Date" as never), "got the date"],
  ])("%s", (_what, make, message) => {
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
  });

  test("but a whole Float by float() is a number of a Duration", () => {
    const duration = new Duration({ hours: float(2) }, float(7200));

    expect(duration.parts).toEqual({ hours: float(2) });
  });

  test.each(["1", "-1.5", "+1", ".5", "1_000.5", "1e-7", "0.314e1", "NaN", "-Infinity"])(
    "the BigDecimal %s of Ruby is one",
    (text) => {
      expect(String(new BigDecimal(text))).toBe(text);
    },
  );
});
