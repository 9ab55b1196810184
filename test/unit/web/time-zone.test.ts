/** Times by the clocks of whoever looks, and what is typed by them. */
import { describe, expect, test } from "vitest";
import {
  html,
  layout,
  listQueryOf,
  pageTag,
  TimeZones,
  UTC,
  Words,
  zoneChoiceOf,
  zoneCookieOf,
  zoneNames,
} from "../../support/inside-web.ts";
import { frameOf } from "../../support/web-frame.ts";

const zones = new TimeZones();
const zone = (name: string) => zones.named(name) ?? UTC;
const berlin = zone("Europe/Berlin");
const at = (iso: string) => Date.parse(iso);

describe("a time", () => {
  test.each([
    ["UTC", "2026-11-27T14:32:08Z", "2026-11-27 14:32:08 UTC"],
    ["Europe/Berlin", "2026-11-27T14:32:08Z", "2026-11-27 15:32:08 UTC+1"],
    ["Europe/Berlin", "2026-07-27T22:32:08Z", "2026-07-28 00:32:08 UTC+2"],
    ["America/New_York", "2026-01-01T03:00:00Z", "2025-12-31 22:00:00 UTC-5"],
    ["Asia/Kathmandu", "2026-01-01T03:00:00Z", "2026-01-01 08:45:00 UTC+5:45"],
    ["America/St_Johns", "2026-01-01T03:00:00Z", "2025-12-31 23:30:00 UTC-3:30"],
    ["Europe/London", "2026-01-01T03:00:00Z", "2026-01-01 03:00:00 UTC"],
    ["Pacific/Kiritimati", "2026-01-01T12:00:00Z", "2026-01-02 02:00:00 UTC+14"],
  ])("is shown in %s with how far its clocks are from UTC", (name, iso, shown) => {
    expect(zone(name).stamp(at(iso))).toBe(shown);
  });

  test("of an hour that the clocks show twice is told from its double", () => {
    expect(berlin.stamp(at("2026-10-25T00:30:00Z"))).toBe("2026-10-25 02:30:00 UTC+2");
    expect(berlin.stamp(at("2026-10-25T01:30:00Z"))).toBe("2026-10-25 02:30:00 UTC+1");
  });

  test("on a page is in the zone, and for the script in UTC", () => {
    const words = new Words().in(berlin);
    const now = at("2026-11-27T14:32:08Z");

    expect(String(words.time(new Date(now - 3_600_000), now))).toBe(
      '<time datetime="2026-11-27T13:32:08Z" title="2026-11-27 14:32:08 UTC+1" data-rel>1 h ago</time>',
    );
    // What is to come is told so, that the script says no more than "now" of it when it has come.
    expect(String(words.time(new Date(now + 3_600_000), now))).toBe(
      '<time datetime="2026-11-27T15:32:08Z" title="2026-11-27 16:32:08 UTC+1" data-due data-rel>in 1 h</time>',
    );
    expect(words.moment(at("2026-11-27T23:30:00Z"), 86_400_001)).toBe("Nov 28 00:30");
    // Sidekiq counts by the day of UTC.
    expect(words.countedDay("2026-11-27")).toBe("Nov 27");
  });

  test("that is the frame's clock makes no other page of it", () => {
    const words = new Words().in(berlin);
    const page = { title: "T", heading: "T", body: html`` };
    const tagAt = (nowMs: number) => pageTag(layout(page, frameOf({ nowMs, words })).toString());

    expect(tagAt(at("2026-11-27T14:32:08Z"))).toBe(tagAt(at("2026-11-27T14:40:08Z")));
  });
});

describe("a typed time", () => {
  test.each([
    ["2026-11-27", "2026-11-27T00:00:00+01:00", "one"],
    ["2026-11-27T14:32", "2026-11-27T14:32:00+01:00", "one"],
    ["2026-07-27 14:32:08", "2026-07-27T14:32:08+02:00", "one"],
    // Clocks went from two to three: half past two is half past three.
    ["2026-03-29T02:30", "2026-03-29T03:30:00+02:00", "none"],
    ["2026-03-29T03:00", "2026-03-29T03:00:00+02:00", "one"],
    // And from three back to two: the first of both.
    ["2026-10-25T02:30", "2026-10-25T02:30:00+02:00", "two"],
    ["2026-10-25T03:00", "2026-10-25T03:00:00+01:00", "one"],
  ])("%s is %s, which %s instant shows", (text, written, instants) => {
    const read = berlin.read(text);

    expect(read?.instants).toBe(instants);
    expect(berlin.written(read?.ms ?? 0)).toBe(written);
  });

  test.each(["", "tomorrow", "2026-13-01", "2026-11-27T25:00", "2026-11-27T14:32Z", "2h"])(
    "is not %j",
    (text) => {
      expect(berlin.read(text)).toBeUndefined();
    },
  );

  test("in a filter is one of the zone, and its links say which", () => {
    const query = new URLSearchParams({ q: "class:A after:2026-11-27 before:2h -after:2026-07-01T08:00" });

    expect(listQueryOf(query, berlin).filter.text).toBe(
      "class:A after:2026-11-27T00:00:00+01:00 before:2h -after:2026-07-01T08:00:00+02:00",
    );
    expect(listQueryOf(query, UTC).filter.text).toBe(query.get("q"));
  });
});

describe("the zone of a browser", () => {
  test.each([
    [undefined, "UTC", undefined],
    ["", "UTC", undefined],
    ["Europe/Berlin", "Europe/Berlin", undefined],
    ["Mars/Olympus", "UTC", undefined],
    ["__proto__", "UTC", undefined],
    ["auto", "UTC", ""],
    ["auto:Europe/Berlin", "Europe/Berlin", "Europe/Berlin"],
    ["auto:<script>", "UTC", "<script>"],
  ])("of the cookie %j is %s", (cookie, name, auto) => {
    const choice = zoneChoiceOf(cookie, zones);

    expect([choice.zone.name, choice.auto]).toEqual([name, auto]);
  });

  test.each([
    [{ zone: "UTC" }, ""],
    [{ zone: "Etc/UTC" }, ""],
    [{ zone: "europe/berlin" }, "Europe/Berlin"],
    [{ zone: "Mars/Olympus" }, undefined],
    [{ zone: "auto", browser: "Asia/Tokyo" }, "auto:Asia/Tokyo"],
    [{ zone: "auto", browser: "Mars/Olympus" }, "auto"],
    [{ zone: "auto" }, "auto"],
  ])("that a form chooses by %o is kept as %j", (fields, cookie) => {
    expect(zoneCookieOf(new URLSearchParams(fields as Record<string, string>), zones)).toBe(cookie);
  });

  test("may be each of those that are offered", () => {
    const names = zoneNames();

    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => zones.named(name) === undefined)).toEqual([]);
  });
});
