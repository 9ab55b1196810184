/** How much of what was refused or did nothing is written down. */
import type { User } from "tsq/web";
import { expect, test } from "vitest";
import { Nothings } from "../../support/inside-web.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const mira: User = { name: "mira", role: "viewer" };
const jan: User = { name: "jan", role: "admin" };

const takenOf = (nothings: Nothings, count: number, nowMs: number, user = mira): number =>
  Array.from({ length: count }, () => nothings.takes(user, "refused", nowMs)).filter(Boolean).length;

test("ten of each user in a minute, and then a line that says how many were not", () => {
  const nothings = new Nothings(10_000);

  expect(takenOf(nothings, 65, 0)).toBe(10);
  expect(takenOf(nothings, 3, 1, jan)).toBe(3);
  expect(nothings.untold(2)).toEqual([]);

  expect(nothings.untold(MINUTE)).toEqual([{ user: mira, outcome: "refused", count: 55 }]);
  expect(nothings.untold(MINUTE)).toEqual([]);
  expect(takenOf(nothings, 65, MINUTE)).toBe(10);
});

test("whoever goes on for weeks cannot fill the trail", () => {
  const nothings = new Nothings(10_000);
  let entries = 0;

  for (let minute = 0; minute < 14 * 1_440; minute++) {
    entries += takenOf(nothings, 60, minute * MINUTE);
    entries += nothings.untold(minute * MINUTE).length;
  }

  expect(entries).toBeLessThanOrEqual(14 * 200);
  // The line that is due is not lost: it is told on the next day.
  expect(nothings.untold(14 * DAY)[0]?.count).toBeGreaterThan(50_000);
});

test("a small trail still has a few of a day", () => {
  expect(takenOf(new Nothings(2), 65, 0)).toBe(10);
});

test("any number of names takes room for a hundred, and none is lost", () => {
  const nothings = new Nothings(1_000_000);
  let count = 0;

  for (let i = 0; i < 1_000; i++) count += takenOf(nothings, 20, 0, { name: `user ${i}`, role: "viewer" });
  const untold = nothings.untold(0, true);

  expect(untold.length).toBeLessThanOrEqual(101);
  expect(count + untold.reduce((sum, one) => sum + one.count, 0)).toBe(20_000);
});
