import { readTime, scoreOf, timeToken, utcDate } from "@tsq/core/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const instantMs = fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2500, 0) });

describe("a time for Sidekiq 8", () => {
  test("is written as integer milliseconds", () => {
    expect(timeToken(1795451248738, 8)).toBe("1795451248738");
    expect(timeToken(1795451248738.9, 8)).toBe("1795451248738");
  });
});

describe("a time for Sidekiq 7 and older", () => {
  test("is written as seconds with a fraction, which 8 would otherwise read as milliseconds", () => {
    expect(timeToken(1795451241069, 7)).toBe("1795451241.069");
    expect(timeToken(1795451241000, 7)).toBe("1795451241.0");
  });

  test("is spelled as Ruby spells it, so that Ruby finds the job by dumping it anew", () => {
    expect(timeToken(1795451241120, 7)).toBe("1795451241.12");
    expect(timeToken(1795451241100, 7)).toBe("1795451241.1");
  });

  test("always has its fraction", () => {
    fc.assert(
      fc.property(instantMs, (ms) => {
        expect(timeToken(ms, 7)).toMatch(/^\d+\.\d{1,3}$/);
      }),
    );
  });
});

describe("reading a time", () => {
  test("gives the milliseconds that were written, in either spelling", () => {
    fc.assert(
      fc.property(instantMs, fc.constantFrom(7 as const, 8 as const), (ms, wire) => {
        const read = readTime(JSON.parse(timeToken(ms, wire)));

        expect(read).toBeCloseTo(ms, 2);
      }),
    );
  });

  test.each([
    ["6.4.1 and 7.3.2 write float seconds", 1795451241.0697975, 1795451241069.797],
    ["8.1.7 writes integer milliseconds", 1795451248738, 1795451248738],
    ["others write whole seconds", 1795451241, 1795451241000],
    ["a retry may be from the start of the millennium", 946684800000, 946684800000],
  ])("takes what %s", (_what, value, ms) => {
    expect(readTime(value)).toBeCloseTo(ms, 2);
  });

  test.each([
    ["a string", "1795451241"],
    ["null", null],
    ["nothing", undefined],
    ["infinity", Infinity],
    ["a list", [1]],
  ])("gives undefined for %s", (_what, value) => {
    expect(readTime(value)).toBeUndefined();
  });
});

test("a score is seconds, with the milliseconds kept", () => {
  expect(scoreOf(1795451241069)).toBe("1795451241.069");
  expect(scoreOf(4102444800000)).toBe("4102444800");
});

test("the day of a statistic begins at midnight UTC", () => {
  expect(utcDate(Date.UTC(2026, 10, 23, 23, 59, 59, 999))).toBe("2026-11-23");
  expect(utcDate(Date.UTC(2026, 10, 24))).toBe("2026-11-24");
});
