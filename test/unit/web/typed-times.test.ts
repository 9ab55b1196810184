/** Times that people type into the dashboard's forms, and ways back in lists. */
import { expect, test } from "vitest";
import { placesAround, timeToCome, TimeZones, UTC } from "../../support/inside-web.ts";

const NOW = Date.UTC(2030, 0, 31, 8, 30);
const HOUR = 3_600_000;

test.each([
  ["+2h", NOW + 2 * HOUR],
  ["2h", NOW + 2 * HOUR],
  [" + 10 m ", NOW + 600_000],
  ["+1w", NOW + 7 * 24 * HOUR],
  ["2030-02-28", Date.UTC(2030, 1, 28)],
  ["2030-02-28 09:15", Date.UTC(2030, 1, 28, 9, 15)],
  ["2030-02-28T09:15:30Z", Date.UTC(2030, 1, 28, 9, 15, 30)],
  ["2030-02-28T09:15+02:00", Date.UTC(2030, 1, 28, 7, 15)],
  ["2030-02-28 09:15 UTC", Date.UTC(2030, 1, 28, 9, 15)],
  ["1893456000000", undefined],
  ["1903456000", 1_903_456_000_000],
])("%s is a time to come", (text, ms) => {
  expect(timeToCome(text, NOW, UTC)).toEqual(ms === undefined ? { why: "unknown" } : { at: new Date(ms) });
});

test.each(["2030-02-31", "2030-02-31 09:15", "2030-13-01"])("%s is no time in any zone", (text) => {
  expect(UTC.read(text)).toBeUndefined();
});

test.each([
  ["", "missing"],
  ["  ", "missing"],
  ["tomorrow", "unknown"],
  ["2030-02-31", "unknown"],
  ["2030-13-01", "unknown"],
  ["99999999-01-01", "unknown"],
  ["+999999999w", "unknown"],
  ["-2h", "unknown"],
  ["12", "unknown"],
  ["+0s", "past"],
  ["2029-12-31", "past"],
  ["1700000000", "past"],
])("%j is none: %s", (text, why) => {
  expect(timeToCome(text, NOW, UTC)).toEqual({ why });
});

test("a time without a zone is one of whoever types it", () => {
  const zone = new TimeZones().named("Europe/Berlin") ?? UTC;

  expect(timeToCome("2030-02-28 09:15", NOW, zone)).toEqual({ at: new Date(Date.UTC(2030, 1, 28, 8, 15)) });
  expect(timeToCome("2030-02-28 09:15Z", NOW, zone)).toEqual({ at: new Date(Date.UTC(2030, 1, 28, 9, 15)) });
});

test("a page knows the way back to each page that one came from, and its beginning", () => {
  const address = "/retries?q=class%3AA";

  const one = placesAround(address, undefined, "c1");
  const two = placesAround(one.next ?? "", "c1", "c2");
  const three = placesAround(two.next ?? "", "c2", undefined);

  expect(one).toEqual({ first: undefined, previous: undefined, next: expect.any(String) as string });
  expect([two.first, two.previous]).toEqual([undefined, address]);
  expect(three.previous).toBe(one.next);
  expect(three.first).toBe(address);
});

test("an address grows no longer than that, however far one has gone", () => {
  let address = "/morgue";
  let after: string | undefined;
  for (let page = 1; page < 200; page++) {
    const next = `1700000000.5~${page}~abcdefabcdef`;
    address = placesAround(address, after, next).next ?? "";
    after = next;
  }

  expect(address.length).toBeLessThan(2_000);
  expect(placesAround(address, after, undefined).previous).toContain("%7E198%7E");
});
