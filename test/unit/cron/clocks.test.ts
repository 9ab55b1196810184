import { CronError, nextTimes, parseCron } from "@tsq/cron";
import { ConfigError } from "@tsq/core";
import { describe, expect, test } from "vitest";

const iso = (date: Date): string => date.toISOString().replace(".000Z", "Z");

describe("where the clocks of a zone change", () => {
  test("a time that they skip is none, on that day alone", () => {
    const times = nextTimes("30 2 * * * Europe/Paris", { from: new Date("2027-03-26T12:00:00Z"), count: 3 });

    expect(times.map(iso)).toEqual(["2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z", "2027-03-30T00:30:00Z"]);
  });

  test("a time that they show twice is two", () => {
    const times = nextTimes("30 2 * * * Europe/Paris", { from: new Date("2027-10-30T12:00:00Z"), count: 3 });

    expect(times.map(iso)).toEqual(["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z", "2027-11-01T01:30:00Z"]);
  });

  test("what fires every quarter of an hour goes on as it did", () => {
    const from = new Date("2027-03-28T00:40:00Z");
    const times = nextTimes("*/15 * * * * Europe/Paris", { from, count: 3 });

    expect(times.map(iso)).toEqual(["2027-03-28T00:45:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:15:00Z"]);
  });

  test.each([
    [
      "30 2 * * *",
      [
        ["skipped", "2027-03-28 02:30:00", 1, "2027-03-28T01:00:00Z"],
        ["doubled", "2027-10-31 02:30:00", 1, "2027-10-31T01:00:00Z"],
      ],
    ],
    [
      "* 2 * * *",
      [
        ["skipped", "2027-03-28 02:00:00", 60, "2027-03-28T01:00:00Z"],
        ["doubled", "2027-10-31 02:00:00", 60, "2027-10-31T01:00:00Z"],
      ],
    ],
    [
      "30 2 * * sun#L",
      [
        ["skipped", "2027-03-28 02:30:00", 1, "2027-03-28T01:00:00Z"],
        ["doubled", "2027-10-31 02:30:00", 1, "2027-10-31T01:00:00Z"],
      ],
    ],
    ["30 2 * * mon", []],
    ["30 3 * * *", []],
    ["*/15 * * * *", []],
    ["0 * * * *", []],
    ["30 2 * * * UTC", []],
  ] as const)("%s says beforehand what it skips and doubles within a year", (text, surprises) => {
    const found = parseCron(text, { tz: "Europe/Paris" }).clockSurprises(new Date("2026-12-01T00:00:00Z"));

    expect(found.map(({ kind, time, count, at }) => [kind, time, count, iso(at)])).toEqual(surprises);
  });

  test("by half an hour, what fires in each hour is surprised too", () => {
    const expression = parseCron("15 * * * * Australia/Lord_Howe");

    const found = expression.clockSurprises(new Date("2026-12-01T00:00:00Z"));

    expect(found.map(({ kind, time }) => [kind, time])).toEqual([["skipped", "2027-10-03 02:15:00"]]);
  });
});

describe("the time before an instant", () => {
  const expression = parseCron("0 8 * * *", { tz: "UTC" });

  test("is strictly before the whole second that the instant is in", () => {
    const before = (text: string): string => iso(expression.previous(new Date(text)));

    expect(before("2027-01-02T08:00:00.999Z")).toBe("2027-01-01T08:00:00Z");
    expect(before("2027-01-02T08:00:01.000Z")).toBe("2027-01-02T08:00:00Z");
  });

  test("and the one after are the same in whatever order they are asked for", () => {
    const text = "*/7 * * * * America/New_York";
    const start = Date.parse("2027-03-14T06:30:00Z");
    const kept = parseCron(text);
    // Minute by minute there and back, over a change of clocks.
    const minutes = Array.from({ length: 90 }, (_, i) => new Date(start + i * 60_000));

    for (const at of [...minutes, ...minutes.toReversed()]) {
      expect(kept.previous(at)).toEqual(parseCron(text).previous(at));
      expect(kept.next(at)).toEqual(parseCron(text).next(at));
    }
  });
});

describe("the zone of an expression", () => {
  test("is its own, else that of the options, else that of the process", () => {
    expect(parseCron("0 8 * * * Asia/Tokyo", { tz: "UTC" }).zone).toBe("Asia/Tokyo");
    expect(parseCron("0 8 * * *", { tz: "UTC" }).zone).toBe("UTC");
    expect(parseCron("0 8 * * *").zone).toBeUndefined();
    expect(parseCron("0 8 * * *").zoneName).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  test.each(["Nowhere", "+12:30", "", "europe/paris"])("%j in the options is refused", (tz) => {
    expect(() => parseCron("0 8 * * *", { tz })).toThrow(CronError);
  });

  test("shows what its clocks show", () => {
    const at = new Date("2027-03-28T01:00:00Z");

    expect(parseCron("0 8 * * * Europe/Paris").clock(at)).toBe("Sun 2027-03-28 03:00:00 +02:00");
    expect(parseCron("0 8 * * * America/St_Johns").clock(at)).toBe("Sat 2027-03-27 22:30:00 -02:30");
  });
});

describe("a rare expression", () => {
  test("is found however far away it is", () => {
    expect(nextTimes("0 0 29 2 mon& UTC", { from: new Date("2026-01-01"), count: 2 }).map(iso)).toEqual([
      "2044-02-29T00:00:00Z",
      "2072-02-29T00:00:00Z",
    ]);
    expect(iso(parseCron("0 0 29 2 * America/New_York").previous(new Date("2103-01-01")))).toBe(
      "2096-02-29T05:00:00Z",
    );
  });
});

test.each([-1, 1.5, Number.NaN, 100_001])("nextTimes refuses a count of %d", (count) => {
  expect(() => nextTimes("* * * * *", { count })).toThrow(ConfigError);
});

test("nextTimes refuses a date that is none", () => {
  expect(() => nextTimes("* * * * *", { from: new Date("x") })).toThrow(ConfigError);
});
