/** Who waits when many guess passwords together, and what is kept of them. */
import { afterEach, expect, test, vi } from "vitest";
import { Attempts, Guesses } from "../../support/inside-web.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const NOW = 1_000_000;
const at = (address: string, name = "admin") => ({ address, name });
/** One wrong password of each. */
const guessed = (addresses: number): Guesses => {
  const guesses = new Guesses();
  for (let i = 0; i < addresses; i++) guesses.failed(at(`a${i}`), NOW);
  return guesses;
};

test("those who were wrong wait for one another, and not whoever comes for the first time", () => {
  const guesses = guessed(60);
  for (let i = 0; i < 60; i++) for (let n = 0; n < 2; n++) guesses.failed(at(`a${i}`), NOW);

  expect(guesses.waitMs(at("a1"), NOW)).toBe(1_000);
  expect(guesses.waitMs(at("owner"), NOW)).toBe(0);
});

test("of a name that is guessed at from hundreds of addresses one a second is looked at", () => {
  const guesses = guessed(100);

  expect(guesses.waitMs(at("b"), NOW)).toBe(1_000);
  expect(guesses.waitMs(at("b", "mira"), NOW)).toBe(0);
  expect(guesses.waitMs(at("b"), NOW + 1_000)).toBe(0);
});

test("of many names from one address as well", () => {
  const guesses = new Guesses();
  for (let i = 0; i < 100; i++) guesses.failed(at("a", `name ${i}`), NOW);

  expect(guesses.waitMs(at("a", "another"), NOW)).toBe(1_000);
});

test("of a name no more is kept than of any other, however long it is", () => {
  const kept = vi.spyOn(Attempts.prototype, "failed");

  new Guesses().failed(at("a", "\u0001".repeat(12_000)), NOW);

  expect(kept.mock.calls.map(([key]) => key.length)).toEqual([44, 44, 44]);
});
