/** What is said before a kill of what the dead set throws away. */
import { deadMostOf } from "@tsq/core/config";
import { expect, test } from "vitest";

test("the dead set loses its oldest from the limit on that was said", () => {
  expect(deadMostOf(500, 0)).toBe(500);
  expect(deadMostOf(500, 90_000)).toBe(500);
});

test("without a limit it is taken to be the usual one, unless more are kept already", () => {
  expect(deadMostOf(Infinity, 9_000)).toBe(10_000);
  expect(deadMostOf(Infinity, 90_000)).toBe(Infinity);
});
