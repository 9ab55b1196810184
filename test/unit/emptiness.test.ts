/** What is known of queues that are looked at now and then. */
import { expect, test } from "vitest";
import { Emptiness } from "../support/inside-worker.ts";

test("nothing is known of a queue before it has been looked at", () => {
  expect(new Emptiness(2).isEmpty(1)).toBe(false);
});

test("a queue is empty when a look has found it so, until something is said of it", () => {
  const known = new Emptiness(2);
  known.foundEmpty(known.look([0, 1]));
  expect([known.isEmpty(0), known.isEmpty(1)]).toEqual([true, true]);

  known.doubt(1);

  expect([known.isEmpty(0), known.isEmpty(1)]).toEqual([true, false]);
});

test("what is said of a queue while the answer to a look is on its way counts more than the answer", () => {
  const known = new Emptiness(2);
  const look = known.look([0, 1]);

  known.doubt(1);
  known.foundEmpty(look);

  expect([known.isEmpty(0), known.isEmpty(1)]).toEqual([true, false]);
});
