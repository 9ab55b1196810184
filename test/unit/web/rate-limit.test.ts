import { expect, test } from "vitest";
import { RateLimit } from "../../support/inside-web.ts";

const MINUTE = 60_000;

test("a viewer has a minute's requests at once, and then those that come in with time", () => {
  const limit = new RateLimit(60);

  for (let i = 0; i < 60; i++) expect(limit.take("ana", 1, 0)).toBe(0);
  expect(limit.take("ana", 1, 0)).toBe(1_000);
  expect(limit.take("ana", 1, 999)).toBeGreaterThan(0);
  expect(limit.take("ana", 1, 1_000)).toBe(0);
  expect(limit.take("ana", 1, 1_000)).toBe(1_000);
});

test("what is expensive counts as several, and what was refused as none", () => {
  const limit = new RateLimit(60);

  for (let i = 0; i < 6; i++) expect(limit.take("ana", 10, 0)).toBe(0);
  for (let i = 0; i < 9; i++) expect(limit.take("ana", 10, 0)).toBe(10_000);
  expect(limit.take("ana", 10, 10_000)).toBe(0);
});

test("one viewer takes nothing from another, and waiting gives no more than a minute's", () => {
  const limit = new RateLimit(2);

  expect([limit.take("ana", 2, 0), limit.take("ben", 2, 0)]).toEqual([0, 0]);
  expect(limit.take("ana", 2, 100 * MINUTE)).toBe(0);
  expect(limit.take("ana", 2, 100 * MINUTE)).toBe(MINUTE);
});

test("a page that costs more than there ever is comes once all is there, and 0 limits nobody", () => {
  const limit = new RateLimit(2);

  expect(limit.take("ana", 10, 0)).toBe(0);
  expect(limit.take("ana", 10, 0)).toBe(MINUTE);
  expect(new RateLimit(0).take("ana", 1e9, 0)).toBe(0);
});
