/** A run of chaos can be had again: what its seed draws is the same each time. */
import { expect } from "vitest";
import { Chance } from "../support/chaos/seed.ts";
import { test } from "../support/chaos/test.ts";

const drawn = (seed: number): readonly unknown[] => {
  const chance = new Chance(seed);
  return Array.from({ length: 50 }, () => [
    chance.between(0, 1_000),
    chance.pick(["a", "b", "c"]),
    chance.percent(50),
    chance.jid(),
  ]);
};

test("one seed makes the same choices again, and another seed makes others", () => {
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});
